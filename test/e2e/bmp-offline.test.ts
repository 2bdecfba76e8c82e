import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { header, initiation, monitoring, peerUp, update } from '../bmp/samples.ts';
import { environment, eventually, freePort, PROGRAM, peerline, workspace } from '../support/e2e.ts';
import { pcap } from '../support/pcap.ts';

const MESSAGES = [
  encodeBmp(initiation('edge1')),
  encodeBmp({ type: 'peer-up', peer: header(), up: peerUp() }),
  ...['10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16'].map((prefix) => encodeBmp(monitoring(update([prefix])))),
];
const STREAM = Buffer.concat(MESSAGES);

function file(octets: Uint8Array, name: string): string {
  const path = join(workspace(), name);
  writeFileSync(path, octets);
  return path;
}

interface Line {
  readonly type: string;
  readonly time: number;
  readonly bmp: { readonly router: string; readonly message?: string };
}

function lines(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** A capture of two routers that tell the same at the same time, the second in the middle of its first message. */
function capture(): Uint8Array {
  const segments = [1, 2].flatMap((router) => {
    const ends = { from: `192.0.2.${router}`, to: '192.0.2.9' };
    const octets = router === 1 ? STREAM : Buffer.concat([STREAM.subarray(20), STREAM]);
    return [
      ...(router === 1 ? [{ ...ends, sequence: 0, syn: true }] : []),
      { ...ends, sequence: 1, octets: octets.subarray(0, 100), timeMs: 1_700_000_000_000 },
      { ...ends, sequence: 101, octets: octets.subarray(100), timeMs: 1_700_000_000_400 },
    ];
  });
  return pcap(segments);
}

class Station {
  readonly #child: ChildProcess;
  out = '';
  readonly exited: Promise<number | null>;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, 'bmp', ...args], { env: environment() });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    this.exited = new Promise((resolve) => this.#child.once('close', resolve));
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  get ready(): Promise<unknown> {
    return new Promise((resolve) => this.#child.stderr?.once('data', resolve));
  }

  stop(): void {
    this.#child.kill('SIGTERM');
  }
}

describe('peerline bmp and replay', () => {
  it('put a recording onto standard output, one router for each connection', async () => {
    const port = await freePort();
    const station = new Station(['--listen', `127.0.0.1:${port}`]);
    await station.ready;
    const done = await peerline(['replay', file(capture(), 'two.pcap'), '--to', `127.0.0.1:${port}`]);
    expect(done).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^2 connections, \d+ octets sent\n$/),
    });
    await eventually(() => lines(station.out).filter(({ type }) => type === 'update').length >= 6);
    await eventually(
      () => lines(station.out).filter(({ bmp }) => bmp.message === 'disconnected').length === 2,
    );
    station.stop();
    expect(await station.exited).toBe(0);
  });

  it('at a multiple of the recorded speed', async () => {
    const port = await freePort();
    const station = new Station(['--listen', `127.0.0.1:${port}`, '--updates']);
    await station.ready;
    const started = performance.now();
    await peerline(['replay', file(capture(), 'two.pcap'), '--to', `127.0.0.1:${port}`, '--speed', '0.5']);
    expect(performance.now() - started).toBeGreaterThan(800);
    await eventually(() => lines(station.out).length >= 6);
    expect(new Set(lines(station.out).map(({ type }) => type))).toEqual(new Set(['update']));
  });

  it('dial a router that waits', async () => {
    const router = createServer((socket) => socket.end(STREAM));
    const port = await new Promise<number>((done) =>
      router.listen(0, '127.0.0.1', () => done((router.address() as { port: number }).port)),
    );
    onTestFinished(() => void router.close());
    const station = new Station(['--connect', `127.0.0.1:${port}`, '--text']);
    await eventually(() => station.out.includes('announced 10.2.0.0/16'));
  });

  it.each([
    { args: ['bmp', '--listen', 'nowhere'], code: 2, says: /expected ADDRESS:PORT/ },
    { args: ['replay', '/nonexistent', '--to', '127.0.0.1:1'], code: 1, says: /no such file/ },
    { args: ['replay', PROGRAM, '--to', '127.0.0.1:1'], code: 1, says: /no BMP/ },
  ])('$args is refused', async ({ args, code, says }) => {
    const outcome = await peerline(args);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toMatch(says);
  });
});

describe('peerline decode', () => {
  it('reads the BMP of a capture, also from the middle of a connection', async () => {
    const { code, stdout } = await peerline(['decode', file(capture(), 'two.pcap')]);
    expect(code).toBe(0);
    const updates = lines(stdout).filter(({ type }) => type === 'update') as unknown as {
      time: number;
      bmp: { router: string };
    }[];
    expect(updates.map(({ bmp }) => bmp.router)).toEqual([
      ...Array(3).fill('192.0.2.1:40000'),
      ...Array(6).fill('192.0.2.2:40000'),
    ]);
    expect(updates[0]?.time).toBeCloseTo(1_700_000_000.4, 3);
  });
});
