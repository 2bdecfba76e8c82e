import { createServer, type Socket } from 'node:net';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { controlled } from '../support/control.ts';
import { eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { cpuSeconds } from '../support/proc.ts';
import { RawPeer, raw, rawOpen, TYPE } from '../support/raw-peer.ts';

/** `npm run soak` looks for a minute. */
const LONG = process.env.PEERLINE_SOAK === '1';
const SECONDS = LONG ? 60 : 6;
const SESSIONS = 100;

/** What each of these peers does with a connection. */
const PEERS: Readonly<Record<string, (socket: Socket) => void>> = {
  // as nc -l
  '127.9.1.1': () => undefined,
  '127.9.1.2': (socket) => socket.write(Buffer.from(rawOpen().replace(/\s/g, ''), 'hex')),
  '127.9.1.3': (socket) => socket.destroy(),
  '127.9.1.4': (socket) => socket.resetAndDestroy(),
};
const NOBODY = '127.9.1.5';

it('peers that say nothing, or hang up, handlers without ends and silent clients cost next to no processor time', {
  timeout: 60_000 + 2000 * SECONDS,
}, async () => {
  const [dir, port, theirPort] = [workspace(), await freePort(), await freePort()];
  const calls = new Map<string, number>();
  const server = createServer((socket) => {
    const at = socket.localAddress ?? '';
    calls.set(at, (calls.get(at) ?? 0) + 1);
    socket.on('error', () => undefined).resume();
    onTestFinished(() => void socket.destroy());
    PEERS[at]?.(socket);
  });
  await new Promise<void>((resolve) => server.listen({ port: theirPort, host: '0.0.0.0' }, resolve));
  onTestFinished(() => void server.close());
  // nobody listens at this one
  const called = Object.keys(PEERS).map((peer) =>
    neighborConf({ port, peer, more: `connect ${theirPort};` }).replace('passive;', ''),
  );
  const refusing = neighborConf({ port, peer: NOBODY, more: `connect ${await freePort()};` });
  const address = (n: number) => `127.9.2.${n + 1}`;
  const idle = Array.from({ length: SESSIONS }, (_, n) => neighborConf({ port, peer: address(n) }));
  const conf =
    processConf("sh -c 'exec cat >/dev/null'") +
    processConf("sh -c 'exec 1>&-; exec cat >/dev/null'", 'mute') +
    processConf("sh -c 'exec 0<&-; exec sleep 1000'", 'deaf');
  const { daemon, client } = await controlled(
    dir,
    conf + [...called, refusing.replace('passive;', ''), ...idle].join(''),
  );
  const silent = Array.from({ length: 5 }, client);
  const stopped = client();
  stopped.socket.pause();
  stopped.socket.write('monitor json\nshow neighbor\n');
  const peers = await Promise.all(
    Array.from({ length: SESSIONS }, (_, n) =>
      RawPeer.established({ port, from: address(n) }, { hold: 180 }),
    ),
  );
  await eventually(() => calls.size === Object.keys(PEERS).length);
  // the start is over, and what it made is collected
  await sleep(LONG ? 20_000 : 2500);
  const [before, callsBefore] = [cpuSeconds(daemon.pid), calls.get('127.9.1.3') ?? 0];
  await sleep(SECONDS * 1000);
  const used = cpuSeconds(daemon.pid) - before;
  console.info(`${used.toFixed(2)} s in ${SECONDS} s; calls`, Object.fromEntries(calls));
  // one per cent, and in the short form a collection
  expect(used).toBeLessThan(SECONDS / 100 + (LONG ? 0 : 0.15));
  expect((calls.get('127.9.1.3') ?? 0) - callsBefore).toBeGreaterThan(0);
  // at once, and then after 1, 2, 3, 4, 5, 7, 9, 11, 14 s, or up to a quarter less
  for (const count of calls.values()) expect(count).toBeLessThanOrEqual(LONG ? 14 : 7);
  for (const peer of peers) peer.send(raw(TYPE.keepalive));
  expect(peers.some(({ closed }) => closed)).toBe(false);
  expect(silent.every(({ closed }) => !closed)).toBe(true);
  // whoever hung there is no obstacle
  expect((await client().ask('version')).at(-1)).toBe('done');
});
