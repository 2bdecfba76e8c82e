import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { RawPeer, raw, rawOpen, TYPE } from '../support/raw-peer.ts';

/** Neighbors at once, each of which is called by us and calls us in the same 10 ms. */
const COUNT = 100;
const TOGETHER_MS = 10;
const OURS = '192.0.2.1';

/** Below and above ours, by turns: whose connection stays (RFC 4271 section 6.8). */
const idOf = (n: number) => (n % 2 === 0 ? 'c0000200' : 'c0000202');
const staysOf = (n: number): 'ours' | 'theirs' => (n % 2 === 0 ? 'ours' : 'theirs');

/** Cease, Connection Collision Resolution. */
const COLLISION = /^0607/;

const soon = () => sleep(Math.random() * TOGETHER_MS);

interface Colliding {
  readonly ours: RawPeer;
  readonly theirs: RawPeer;
}

/** The neighbor at `from` takes the daemon's connection and opens its own, and says OPEN on both: who of them is first is chance. */
async function collide(n: number, ours: RawPeer, to: { port: number; from: string }): Promise<Colliding> {
  const open = rawOpen({ id: idOf(n) });
  const [, theirs] = await Promise.all([
    soon().then(() => ours.send(open)),
    soon().then(async () => {
      const dialed = await RawPeer.connect(to);
      await soon();
      dialed.send(open);
      return dialed;
    }),
  ]);
  return { ours, theirs };
}

/** Neighbors that are both called and listened for, and their connections of the daemon's by number. */
async function running(dir: string) {
  const [port, theirPort] = [await freePort(), await freePort()];
  const address = (n: number) => `127.8.0.${n + 1}`;
  const accepted = new Map<string, RawPeer[]>();
  const server = createServer((socket) => {
    const at = socket.localAddress ?? '';
    accepted.set(at, [...(accepted.get(at) ?? []), new RawPeer(socket)]);
  });
  await new Promise<void>((resolve) => server.listen({ port: theirPort, host: '0.0.0.0' }, resolve));
  onTestFinished(() => void server.close());
  const handler = new Driven(dir);
  const neighbors = Array.from({ length: COUNT }, (_, n) =>
    neighborConf({ port, peer: address(n), routerId: OURS, more: `connect ${theirPort};` }).replace(
      'passive;',
      '',
    ),
  );
  const daemon = await Daemon.run(dir, processConf(handler.run) + neighbors.join(''));
  const called = (n: number) =>
    eventually(() => accepted.get(address(n))?.[0], { why: () => `no connection to ${address(n)}` });
  return { daemon, handler, called, to: (n: number) => ({ port, from: address(n) }) };
}

it.each([
  // both connections are in OpenConfirm before either is answered: the identifiers decide
  { name: 'OPENs first', decided: true },
  // whichever is up first stays
  { name: 'KEEPALIVEs at once', decided: false },
])(
  `$name: of two connections within ${TOGETHER_MS} ms of each other one stays, ${COUNT} times`,
  async ({ decided }) => {
    const dir = workspace();
    const { daemon, handler, called, to } = await running(dir);
    const stay = await Promise.all(
      Array.from({ length: COUNT }, async (_, n) => {
        const pair = await collide(n, await called(n), to(n));
        const confirm = (peer: RawPeer) => peer.send(raw(TYPE.keepalive));
        if (decided) {
          await eventually(() =>
            Object.values(pair).every((each) => each.of(TYPE.open).length > 0 || each.closed),
          );
          await eventually(() => Object.values(pair).some((each) => each.of(TYPE.notification).length > 0));
        }
        for (const each of Object.values(pair)) confirm(each);
        await eventually(() => Object.values(pair).some((each) => each.closed));
        const [kept, lost] = pair.ours.closed ? [pair.theirs, pair.ours] : [pair.ours, pair.theirs];
        await eventually(() => kept.of(TYPE.keepalive).length > 0);
        expect(lost.of(TYPE.notification).join()).toMatch(COLLISION);
        expect(kept.closed).toBe(false);
        return { stays: kept === pair.ours ? 'ours' : 'theirs', kept };
      }),
    );
    if (decided) expect(stay.map(({ stays }) => stays)).toEqual(stay.map((_, n) => staysOf(n)));
    const ups = () => handler.events('state').filter(({ neighbor }) => neighbor.state === 'up');
    await eventually(() => ups().length >= COUNT);
    // a route goes over the connection that was said to stay
    const [line = ''] = await handler.command('announce route 10.0.0.0/24 next-hop self');
    expect(line).toBe('done');
    await Promise.all(stay.map(({ kept }) => kept.update('180a0000')));
    const peers = ups().map(({ neighbor }) => neighbor.address.peer);
    expect([peers.length, new Set(peers).size]).toEqual([COUNT, COUNT]);
    expect(stay.every(({ kept }) => !kept.closed)).toBe(true);
    expect(daemon.running).toBe(true);
  },
);
