import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { message } from '../../src/bgp/header.ts';
import { KEEPALIVE } from '../../src/bgp/keepalive.ts';
import { cease, shutdownText } from '../../src/bgp/notification.ts';
import { encodeOpen } from '../../src/bgp/open.ts';
import { makeOpenFor } from '../../src/bgp/open-layout.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { Session, type SessionEvent } from '../../src/session/session.ts';
import type { SessionSettings } from '../../src/session/settings.ts';

const LOCAL = '127.0.0.21';
const PEER = '127.0.0.22';

function openOf(as: number, routerId: number, holdTimeSeconds = 90) {
  return makeOpenFor({
    as,
    holdTimeSeconds,
    routerId,
    families: [IPV4_UNICAST, IPV6_UNICAST],
    asn4: true,
    nexthops: undefined,
    addPath: [],
    routeRefresh: true,
    operational: false,
    extendedMessage: true,
    linkLocalNexthop: false,
    multiSession: false,
  });
}

function settings(given: Partial<SessionSettings> & { localAs?: number | undefined }): SessionSettings {
  const routerId = given.routerId ?? 1;
  const holdTimeSeconds = given.holdTimeSeconds ?? 90;
  return {
    peerAddress: PEER,
    localAddress: LOCAL,
    localAs: 65001,
    peerAs: 65002,
    routerId,
    holdTimeSeconds,
    passive: false,
    port: 0,
    families: [IPV4_UNICAST],
    openWaitSeconds: 10,
    open: (as) => openOf(as, routerId, holdTimeSeconds),
    ...given,
  };
}

interface Observed {
  readonly session: Session;
  readonly events: SessionEvent[];
  until(test: (event: SessionEvent) => boolean, ms?: number): Promise<SessionEvent>;
}

const stops: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

function observe(given: SessionSettings, observesSend = false): Observed {
  const events: SessionEvent[] = [];
  const waiting: { test: (e: SessionEvent) => boolean; found: (e: SessionEvent) => void }[] = [];
  const session = new Session({
    settings: given,
    clock: SYSTEM_CLOCK,
    observesSend: () => observesSend,
    on(event) {
      // a message is looked at while it is valid
      const kept =
        event.type === 'message' ? { ...event, octets: event.octets.slice(), message: event.message } : event;
      events.push(kept);
      for (const w of waiting) if (w.test(kept)) w.found(kept);
    },
  });
  stops.push(() => session.stop());
  const until: Observed['until'] = (test, ms = 8000) =>
    new Promise((found, reject) => {
      const seen = events.find(test);
      if (seen !== undefined) return found(seen);
      setTimeout(() => reject(new Error(`not seen; had ${JSON.stringify(brief(events))}`)), ms).unref();
      waiting.push({ test, found });
    });
  return { session, events, until };
}

function brief(events: readonly SessionEvent[]): string[] {
  return events.map((e) => {
    switch (e.type) {
      case 'fsm':
        return `fsm ${e.state}`;
      case 'message':
        return `${e.direction} ${e.message.type}`;
      case 'down':
        return `down ${e.reason}`;
      default:
        return e.type;
    }
  });
}

function listen(onSocket: (socket: Socket) => void, host = PEER): Promise<Server & { port: number }> {
  return new Promise((resolve) => {
    const server = createServer(onSocket);
    stops.push(() => new Promise((done) => server.close(done)));
    server.listen(0, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve(Object.assign(server, { port }));
    });
  });
}

const isUp = (e: SessionEvent): boolean => e.type === 'up';
const isDown = (e: SessionEvent): boolean => e.type === 'down';

async function pair(
  a: Partial<SessionSettings> = {},
  b: Partial<SessionSettings> = {},
  observesSend = false,
) {
  const right = observe(
    settings({
      localAddress: PEER,
      peerAddress: LOCAL,
      localAs: 65002,
      peerAs: 65001,
      routerId: 2,
      passive: true,
      ...b,
    }),
  );
  const server = await listen((socket) => right.session.accept(socket));
  const left = observe(settings({ port: server.port, ...a }), observesSend);
  right.session.start();
  left.session.start();
  return { left, right };
}

/** A peer made of plain octets. */
async function raw(given: Partial<SessionSettings>, onSocket: (socket: Socket, received: Buffer[]) => void) {
  const received: Buffer[] = [];
  const server = await listen((socket) => {
    stops.push(() => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => received.push(chunk));
    onSocket(socket, received);
  });
  const left = observe(settings({ port: server.port, ...given }));
  left.session.start();
  return { left, received };
}

const PEER_OPEN = encodeOpen(openOf(65002, 2));
const END_OF_RIB = message('update', (w) => w.u32(0));

describe('two sessions', () => {
  it('establish, with events in order', async () => {
    const { left, right } = await pair({}, {}, true);
    await Promise.all([left.until(isUp), right.until(isUp)]);
    expect(brief(left.events)).toEqual([
      'fsm ACTIVE',
      'fsm IDLE',
      'connected',
      'fsm CONNECT',
      'send open',
      'fsm OPENSENT',
      'receive open',
      'negotiated',
      'fsm OPENCONFIRM',
      'send keepalive',
      'receive keepalive',
      'fsm ESTABLISHED',
      'up',
    ]);
    expect(brief(right.events)).toEqual([
      'connected',
      'fsm ACTIVE',
      'fsm IDLE',
      'fsm CONNECT',
      'fsm OPENSENT',
      'receive open',
      'negotiated',
      'fsm OPENCONFIRM',
      'receive keepalive',
      'fsm ESTABLISHED',
      'up',
    ]);
    expect(left.session.negotiated).toMatchObject({
      peerAs: 65002,
      localId: 1,
      peerId: 2,
      holdTimeSeconds: 90,
    });
    expect(left.session.localAddress).toBe(LOCAL);
  });

  it.each([
    { at: 'left', subcode: 2, text: 'maintenance' },
    { at: 'right', subcode: 4, text: 'new\nsoftware' },
  ] as const)('tell a shutdown: $at $subcode', async ({ at, subcode, text }) => {
    const both = await pair();
    await Promise.all([both.left.until(isUp), both.right.until(isUp)]);
    const [here, there] = at === 'left' ? [both.left, both.right] : [both.right, both.left];
    await here.session.stop(cease(subcode, text));
    const down = await there.until(isDown);
    expect(down).toMatchObject({ reason: `notification received (6,${subcode})`, established: true });
    const notification = down.type === 'down' ? down.notification : undefined;
    expect(notification && shutdownText(notification)).toBe(text.replace('\n', '\\x0a'));
    expect(brief(here.events).slice(-2)).toEqual([`down notification sent (6,${subcode})`, 'fsm IDLE']);
  });

  it('come up again after a teardown', async () => {
    const { left, right } = await pair();
    await Promise.all([left.until(isUp), right.until(isUp)]);
    left.events.length = 0;
    left.session.teardown(cease(4));
    await left.until(isUp);
    const changes = brief(left.events).filter((each) => /^(?:down|connected|up)/.test(each));
    expect(changes).toEqual(['down notification sent (6,4)', 'connected', 'up']);
  });

  it('take the AS of the peer where it is auto', async () => {
    const { right } = await pair({ localAs: undefined, peerAs: undefined });
    expect(await right.until(isDown)).toMatchObject({ reason: 'notification sent (2,2)' });
    const internal = await pair({ localAs: undefined, peerAs: undefined }, { peerAs: undefined });
    await Promise.all([internal.left.until(isUp), internal.right.until(isUp)]);
    expect(internal.left.session.negotiated).toMatchObject({ localAs: 65002, peerAs: 65002 });
  });

  it('carry UPDATEs', async () => {
    const { left, right } = await pair();
    await Promise.all([left.until(isUp), right.until(isUp)]);
    expect(left.session.send(END_OF_RIB)).toBe(true);
    await right.until((e) => e.type === 'message' && e.message.type === 'update');
  });

  it('tell each of the messages that leave together', async () => {
    const { left, right } = await pair({}, {}, true);
    await Promise.all([left.until(isUp), right.until(isUp)]);
    const withdrawal = message('update', (w) => w.u16(2).u8(8).u8(10).u16(0));
    const together = [END_OF_RIB, withdrawal, END_OF_RIB];
    expect(left.session.send(Buffer.concat(together))).toBe(true);
    const updates = left.events.flatMap((event) =>
      event.type === 'message' && event.direction === 'send' && event.message.type === 'update'
        ? [event.octets.length]
        : [],
    );
    expect(updates).toEqual(together.map(({ length }) => length));
    await right.until((e) => e.type === 'message' && e.octets.length === withdrawal.length);
  });
});

describe('a session with a raw peer', () => {
  it.each([
    { name: 'OPEN, then nothing', hold: 3, octets: PEER_OPEN, reason: 'notification sent (4,0)' },
    { name: 'KEEPALIVE first', octets: KEEPALIVE, reason: 'notification sent (5,1)' },
    { name: 'UPDATE first', octets: END_OF_RIB, reason: 'notification sent (5,1)' },
    {
      name: 'UPDATE in OpenConfirm',
      octets: Buffer.concat([PEER_OPEN, END_OF_RIB]),
      reason: 'notification sent (5,2)',
    },
    {
      name: 'OPEN in Established',
      octets: Buffer.concat([PEER_OPEN, KEEPALIVE, PEER_OPEN]),
      reason: 'notification sent (5,3)',
    },
    { name: 'nothing', openWait: 1, octets: new Uint8Array(0), reason: 'notification sent (5,1)' },
    { name: 'noise', octets: new Uint8Array(19), reason: 'notification sent (1,1)' },
    { name: 'another AS', octets: encodeOpen(openOf(65009, 2)), reason: 'notification sent (2,2)' },
    { name: 'hold time 1', octets: encodeOpen(openOf(65002, 2, 1)), reason: 'notification sent (2,6)' },
    { name: 'hold time 2', octets: encodeOpen(openOf(65002, 2, 2)), reason: 'notification sent (2,6)' },
    { name: 'identifier 0', octets: encodeOpen(openOf(65002, 0)), reason: 'notification sent (2,3)' },
  ])('$name', async ({ octets, reason, hold, openWait }) => {
    const given = { holdTimeSeconds: hold ?? 90, openWaitSeconds: openWait ?? 10 };
    const { left } = await raw(given, (socket) => socket.write(octets));
    expect(await left.until(isDown)).toMatchObject({ reason });
  });

  it('reads a stream cut at every octet', async () => {
    const stream = Buffer.concat([PEER_OPEN, KEEPALIVE, END_OF_RIB, END_OF_RIB]);
    const { left } = await raw({}, (socket) => {
      socket.setNoDelay(true);
      let at = 0;
      const next = (): void => {
        if (at >= stream.length || socket.destroyed) return;
        socket.write(stream.subarray(at, ++at));
        setTimeout(next, 1);
      };
      next();
    });
    await left.until(isUp);
    const updates = (): number => brief(left.events).filter((e) => e === 'receive update').length;
    await expect.poll(updates).toBe(2);
  });

  it('hands on what came before the end of the stream', async () => {
    const updates = Array.from({ length: 500 }, () => END_OF_RIB);
    const { left } = await raw({}, (socket) => socket.end(Buffer.concat([PEER_OPEN, KEEPALIVE, ...updates])));
    expect(await left.until(isDown)).toMatchObject({ reason: 'closing connection', established: true });
    expect(brief(left.events).filter((e) => e === 'receive update')).toHaveLength(500);
  });

  it('ends when the peer takes nothing for the send hold time', async () => {
    const { left } = await raw({ sendHoldSeconds: 1 }, (socket) => {
      socket.write(Buffer.concat([PEER_OPEN, KEEPALIVE]));
      socket.once('data', () => socket.pause());
    });
    await left.until(isUp);
    const big = Buffer.concat(Array.from({ length: 50_000 }, () => END_OF_RIB));
    for (let i = 0; i < 10; i++) left.session.send(big);
    expect(await left.until(isDown)).toMatchObject({ reason: 'notification sent (8,0)' });
  });
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A connection that the peer opens to a session. */
async function dial(session: Session): Promise<Socket> {
  const server = await listen((socket) => session.accept(socket), LOCAL);
  const socket = createConnection({ host: LOCAL, port: server.port, localAddress: PEER });
  stops.push(() => socket.destroy());
  await once(socket, 'connect');
  await pause(20);
  return socket;
}

/** Collects code and subcode of the NOTIFICATIONs that come. */
function watch(socket: Socket, into: number[][] = []): void {
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    const at = chunk.length - 21;
    if (chunk[at + 18] === 3) into.push([chunk[at + 19] as number, chunk[at + 20] as number]);
  });
}

describe('collision', () => {
  it.each([
    { name: 'ours stays', ours: 9, theirs: 2 },
    { name: 'theirs stays', ours: 1, theirs: 200 },
  ])('$name', async ({ ours, theirs }) => {
    let right: Observed | undefined;
    let left: Observed | undefined;
    const rightServer = await listen((socket) => right?.session.accept(socket));
    const leftServer = await listen((socket) => left?.session.accept(socket), LOCAL);
    left = observe(settings({ port: rightServer.port, routerId: ours }));
    right = observe(
      settings({
        port: leftServer.port,
        localAddress: PEER,
        peerAddress: LOCAL,
        localAs: 65002,
        peerAs: 65001,
        routerId: theirs,
      }),
    );
    left.session.start();
    right.session.start();
    await Promise.all([left.until(isUp), right.until(isUp)]);
    await pause(300);
    for (const side of [left, right]) {
      expect(side.session.state).toBe('ESTABLISHED');
      expect(brief(side.events).filter((e) => e === 'up')).toHaveLength(1);
    }
  });

  it.each([
    { first: 'ours', routerId: 1, stays: 'theirs' },
    { first: 'ours', routerId: 9, stays: 'ours' },
    { first: 'theirs', routerId: 1, stays: 'theirs' },
    { first: 'theirs', routerId: 9, stays: 'ours' },
  ])('OPEN on $first first, our identifier $routerId: $stays stays', async ({ first, routerId, stays }) => {
    const ours = await connected();
    const { left } = ours;
    const told: Record<string, number[][]> = { ours: [], theirs: [] };
    watch(ours.socket, told.ours);
    const theirs = await dial(left.session);
    watch(theirs, told.theirs);
    const order = first === 'ours' ? [ours.socket, theirs] : [theirs, ours.socket];
    for (const socket of order) {
      socket.write(PEER_OPEN);
      await pause(50);
    }
    const rest = stays === 'ours' ? ours.socket : theirs;
    rest.write(KEEPALIVE);
    await left.until(isUp);
    await pause(50);
    expect(told[stays]).toEqual([]);
    expect(told[stays === 'ours' ? 'theirs' : 'ours']).toEqual([[6, 7]]);
    const events = brief(left.events);
    expect(events.filter((e) => e === 'up')).toHaveLength(1);
    expect(events.filter((e) => e === 'connected')).toHaveLength(stays === 'ours' ? 1 : 2);
    expect(events.filter((e) => e.startsWith('down'))).toHaveLength(stays === 'ours' ? 0 : 1);

    async function connected() {
      let arrived: (socket: Socket) => void = () => undefined;
      const socket = new Promise<Socket>((resolve) => {
        arrived = resolve;
      });
      const server = await listen((s) => arrived(s));
      const observed = observe(settings({ port: server.port, routerId }));
      observed.session.start();
      const accepted = await socket;
      stops.push(() => accepted.destroy());
      await observed.until((e) => e.type === 'fsm' && e.state === 'OPENSENT');
      return { left: observed, socket: accepted };
    }
  });

  it('refuses an incoming connection while Established', async () => {
    const { left, right } = await pair();
    await Promise.all([left.until(isUp), right.until(isUp)]);
    const other = await raw({ localAddress: undefined }, (socket) => right.session.accept(socket));
    expect(await other.left.until(isDown)).toMatchObject({ reason: 'notification received (6,7)' });
    expect(right.session.state).toBe('ESTABLISHED');
  });
});
