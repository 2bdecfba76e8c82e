import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BMP_FRAMING } from '../../src/bmp/header.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage } from '../../src/bmp/messages.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import { RouterMemories } from '../../src/daemon/bmp-memories.ts';
import { Relay } from '../../src/daemon/bmp-relay.ts';
import { Spool } from '../../src/daemon/bmp-spool.ts';
import { BMP_VIEWS, type Event } from '../../src/events/event.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { Framer } from '../../src/wire/framer.ts';
import { address, header, initiation, monitoring, peerUp, short, update } from '../bmp/samples.ts';
import { holds } from '../support/holds.ts';

const route = (prefix: string) => monitoring(update([prefix]));
const START: BmpMessage[] = [initiation('edge1'), { type: 'peer-up', peer: header(), up: peerUp() }];

/** A station that a relay tells: what it was told, one router for each connection. */
class Target {
  readonly connections: { socket: Socket; octets: Buffer; events: Event[] }[] = [];
  #server: Server | undefined;
  port = 0;

  async start(): Promise<void> {
    const server = createServer((socket) => this.#accept(socket));
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server?.close();
    for (const { socket } of this.connections) socket.destroy();
  }

  #accept(socket: Socket): void {
    const one = { socket, octets: Buffer.alloc(0), events: [] as Event[] };
    const router = new BmpRouter({
      router: '127.0.0.1:1',
      now: () => 0,
      emit: (event) => one.events.push(event),
    });
    const framer = new Framer(BMP_FRAMING);
    socket
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        one.octets = Buffer.concat([one.octets, chunk]);
        for (const frame of framer.push(chunk)) router.receive(frame.slice());
      });
    this.connections.push(one);
  }

  last(): string[] {
    return (this.connections.at(-1)?.events ?? [])
      .map(short)
      .filter((text) => /^(bmp|update|state)/.test(text));
  }
}

class Lab {
  readonly target = new Target();
  readonly memories = new RouterMemories(new Set(BMP_VIEWS), 900_000, 100);
  readonly logged: { msg: string; octets?: number }[] = [];
  readonly sent: Uint8Array[] = [];
  readonly router = new BmpRouter({
    router: '203.0.113.9:40001',
    now: () => 0,
    emit: () => undefined,
    remember: (name) => this.memories.of(name, [], 0),
  });
  relay: Relay | undefined;

  begin(fields: { directory?: string; sizeBytes?: number }): void {
    const to = {
      address: '127.0.0.1',
      port: this.target.port,
      directory: undefined,
      sizeBytes: 1e6,
      ageSeconds: 60,
      tls: undefined,
    };
    const log = pino({ level: 'info' }, { write: (line: string) => void this.logged.push(JSON.parse(line)) });
    this.relay = new Relay({ ...to, ...fields }, { clock: SYSTEM_CLOCK, log, maximumPeers: 100 });
  }

  send(...messages: BmpMessage[]): void {
    for (const message of messages) {
      const octets = encodeBmp(message);
      this.sent.push(octets);
      this.relay?.frame(this.router, octets);
      this.router.receive(octets);
    }
  }

  /** Connected again, or not. */
  connected(connected: boolean): Promise<void> {
    const found = () => expect(this.relay?.sessions[0]?.connected).toBe(connected);
    return holds(found);
  }
}

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'peerline-relay-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function lab(fields: { directory?: string; sizeBytes?: number } = {}): Promise<Lab> {
  const made = new Lab();
  await made.target.start();
  made.begin(fields);
  onTestFinished(async () => {
    await made.relay?.stop();
    made.target.stop();
  });
  return made;
}

const told = (made: Lab, wanted: string[]) => holds(() => expect(made.target.last()).toEqual(wanted));

describe('a relay', () => {
  it('forwards octet by octet', async () => {
    const made = await lab();
    made.send(...START, route('10.0.0.0/8'), route('10.1.0.0/16'));
    await holds(() => expect(made.target.connections[0]?.octets).toEqual(Buffer.concat(made.sent)));
  });

  it.each([{ disk: true }, { disk: false }])(
    'tells after a partition what a station has to know, then what waited, in order (disk: $disk)',
    async ({ disk }) => {
      const made = await lab(disk ? { directory: directory() } : {});
      made.send(...START, route('10.0.0.0/8'));
      await told(made, ['bmp initiation', 'state up', 'update receive 10.0.0.0/8']);
      made.target.stop();
      await made.connected(false);
      made.send(route('10.1.0.0/16'), route('10.2.0.0/16'));
      await made.target.start();
      await made.connected(true);
      made.send(route('10.3.0.0/16'));
      await holds(() => expect(made.target.last().at(-1)).toContain('10.3.0.0/16'));
      const last = made.target.last();
      expect(last.slice(0, 2)).toEqual(['bmp initiation', 'state up']);
      expect(last[2]).toContain('10.0.0.0/8');
      expect(last.slice(-3)).toEqual([
        'update receive 10.1.0.0/16',
        'update receive 10.2.0.0/16',
        'update receive 10.3.0.0/16',
      ]);
    },
  );

  it('tells no routes of a peer before its Peer Up, though that came or came anew during the partition', async () => {
    const made = await lab();
    made.send(...START, route('10.0.0.0/8'));
    await told(made, ['bmp initiation', 'state up', 'update receive 10.0.0.0/8']);
    made.target.stop();
    await made.connected(false);
    const second = { address: address('198.51.100.9'), as: 65009 };
    made.send({ type: 'peer-up', peer: header(second), up: peerUp() });
    made.send(monitoring(update(['10.5.0.0/16']), second));
    made.send({ type: 'peer-down', peer: header(), reason: { code: 4, word: '' } }, ...START.slice(1));
    made.send(route('10.9.0.0/16'));
    await made.target.start();
    await told(made, [
      'bmp initiation',
      'state up',
      'state up',
      'update receive 10.5.0.0/16',
      'state down: the peer closed the session',
      'state up',
      'update receive 10.9.0.0/16',
    ]);
  });

  it('gives up what is too much, counts it, and makes it good by the state', async () => {
    const made = await lab({ sizeBytes: 500 });
    made.send(...START);
    await told(made, ['bmp initiation', 'state up']);
    made.target.stop();
    await made.connected(false);
    for (let i = 0; i < 50; i++) made.send(route(`10.${i}.0.0/16`));
    const [session] = made.relay?.sessions ?? [];
    expect(session?.coalesced).toBeGreaterThan(40);
    expect(made.logged.some(({ msg }) => msg === 'relay: what waits is given up')).toBe(true);
    await made.target.start();
    await made.connected(true);
    await holds(() => expect(made.target.last()[2]?.split(' ')).toHaveLength(52));
  });

  it('takes a disk that cannot be written for a full spool, and goes on', async () => {
    const made = await lab({ directory: directory() });
    made.target.stop();
    rmSync(made.relay?.to.directory ?? '', { recursive: true });
    made.send(...START, route('10.0.0.0/8'), route('10.1.0.0/16'));
    expect(made.relay?.sessions[0]?.coalesced).toBe(4);
    await made.target.start();
    await holds(() => expect(made.target.last().at(-1)).toContain('10.1.0.0/16'));
  });

  it('tells what waits of a router that is gone, then ends the connection', async () => {
    const made = await lab({ directory: directory() });
    made.target.stop();
    made.send(...START, route('10.0.0.0/8'));
    made.relay?.ended(made.router);
    await made.target.start();
    await told(made, ['bmp initiation', 'state up', 'update receive 10.0.0.0/8']);
    await vi.waitFor(() => expect(made.target.connections[0]?.socket.readableEnded).toBe(true), {
      timeout: 5000,
    });
    await holds(() => expect(made.relay?.sessions).toEqual([]));
  });

  it('does not dial for a router that is gone, and of which nothing is left to be told', async () => {
    const made = await lab({ sizeBytes: 500 });
    made.target.stop();
    made.send(...START);
    for (let i = 0; i < 50; i++) made.send(route(`10.${i}.0.0/16`));
    made.relay?.ended(made.router);
    await holds(() => expect(made.relay?.sessions).toEqual([]));
  });

  it('whose file cannot be read tells all anew', async () => {
    const folder = directory();
    const made = await lab({ directory: folder });
    made.target.stop();
    made.send(...START, route('10.0.0.0/8'));
    for (const name of readdirSync(folder)) truncateSync(join(folder, name), 0);
    await made.target.start();
    await holds(() => expect(made.target.last()[2]).toContain('10.0.0.0/8'));
    expect(made.logged).toContainEqual(expect.objectContaining({ reason: 'cannot read from disk' }));
    expect(made.relay?.sessions[0]?.coalesced).toBe(3);
  });

  it('tells no more peers again than a station takes of one router', async () => {
    const made = await lab({});
    const up = (n: number): BmpMessage => ({
      type: 'peer-up',
      peer: header({ address: Uint8Array.of(10, 0, n >> 8, n & 0xff) }),
      up: peerUp(),
    });
    made.send(initiation('edge1'), ...Array.from({ length: 200 }, (_, n) => up(n)));
    await made.connected(true);
    made.target.connections[0]?.socket.destroy();
    await holds(() => expect(made.target.connections).toHaveLength(2));
    await holds(() => expect(made.target.last().filter((text) => text === 'state up')).toHaveLength(100));
    made.send(route('10.0.0.0/8'));
    await holds(() => expect(made.target.last().at(-1)).toContain('10.0.0.0/8'));
    expect(made.target.last().filter((text) => text === 'state up')).toHaveLength(100);
  });

  it('has files of its own in a directory that others use, too', async () => {
    const folder = directory();
    const made = await lab({ directory: folder });
    made.target.stop();
    const other = new Lab();
    other.target.port = made.target.port;
    other.begin({ directory: folder });
    onTestFinished(() => other.relay?.stop());
    for (const one of [made, other]) one.send(...START);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it.each([
    { of: 'a killed station', pid: 999_999_999 },
    { of: 'one with the process id that we have now', pid: process.pid },
  ])('finds what $of left, says so, and removes it', async ({ pid }) => {
    const folder = directory();
    writeFileSync(join(folder, `relay-${pid}-1-0.spool`), 'octets');
    const made = await lab({ directory: folder });
    expect(readdirSync(folder)).toEqual([]);
    expect(made.logged[0]).toMatchObject({ msg: expect.stringMatching(/told anew/), octets: 6 });
  });
});

describe('a spool', () => {
  it.each([{ disk: true }, { disk: false }])('is first in, first out (disk: $disk)', ({ disk }) => {
    const file = disk ? join(directory(), 'a.spool') : undefined;
    const spool = new Spool({ file, sizeBytes: 1000, ageMs: 1000, clock: SYSTEM_CLOCK });
    expect(spool.push(Uint8Array.of(1, 2))).toBeUndefined();
    expect(spool.push(Uint8Array.of(3))).toBeUndefined();
    const out: number[] = [];
    for (let octets = spool.take(); octets !== undefined; octets = spool.take()) out.push(...octets);
    expect(out).toEqual([1, 2, 3]);
    expect(spool.size).toBe(0);
    expect(spool.push(new Uint8Array(1001))).toMatch(/more than 1000 octets/);
    spool.close();
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full', () => {
    const spool = new Spool({ file: '/dev/full', sizeBytes: 1000, ageMs: 1000, clock: SYSTEM_CLOCK });
    expect(spool.push(Uint8Array.of(1))).toBe('cannot write to disk: ENOSPC');
    expect(spool.size).toBe(0);
  });

  it('is bounded by age', () => {
    let now = 1000;
    const clock = { ...SYSTEM_CLOCK, now: () => now };
    const spool = new Spool({ file: undefined, sizeBytes: 1000, ageMs: 5000, clock });
    spool.push(Uint8Array.of(1));
    now += 5001;
    expect(spool.push(Uint8Array.of(2))).toMatch(/more than 5 s/);
    spool.take();
    expect(spool.push(Uint8Array.of(2))).toBeUndefined();
  });
});
