import type { Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { address, header, initiation, monitoring, peerUp, update } from '../bmp/samples.ts';
import { dial } from '../support/bmp-router.ts';
import { processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, script, sleep, workspace } from '../support/e2e.ts';
import { liveHeap } from '../support/heap.ts';
import { openFiles, resident } from '../support/proc.ts';

/** `npm run soak` runs the long form. */
const LONG = process.env.PEERLINE_SOAK === '1';
const scaled = (short: number, long: number) => (LONG ? long : short);
const FLAPPING_MS = scaled(0, (Number(process.env.PEERLINE_SOAK_SECONDS ?? 300) * 1000) / 2);
const MIB = 1024;

const ROUTERS = scaled(20, 100);
const PEERS = 10;
/** Of each peer, so many in a message. */
const ROUTES = scaled(200, 1000);
const IN_ONE = 50;

/** What each router says after its name. */
const TABLE = Buffer.concat(
  Array.from({ length: PEERS }, (_, n) => {
    const peer = header({ address: address(`198.51.100.${n + 1}`), as: 65_010 + n, id: 0xc6336401 + n });
    const prefixes = Array.from({ length: ROUTES }, (_none, i) => `10.${n}.${i >> 8}.${i & 255}/32`);
    const messages = Array.from({ length: ROUTES / IN_ONE }, (_none, i) =>
      encodeBmp(monitoring(update(prefixes.slice(i * IN_ONE, (i + 1) * IN_ONE)), peer)),
    );
    return Buffer.concat([encodeBmp({ type: 'peer-up', peer, up: peerUp() }), ...messages]);
  }),
);

async function begin(port: number, n: number): Promise<Socket> {
  const router = await dial(port, { from: `127.2.${n >> 7}.${(n & 127) + 1}` });
  router.write(Buffer.concat([encodeBmp(initiation(`edge${n}`)), TABLE]));
  return router;
}

it('many routers with ten peers each are soon there, and cost their routes; when they flap, nothing is left behind', {
  timeout: FLAPPING_MS * 3 + scaled(60_000, 300_000),
}, async () => {
  const [dir, port] = [workspace(), await freePort()];
  const [ask, heap] = [new Driven(dir), liveHeap(dir)];
  const run = script(join(dir, 'reads.sh'), `#!/bin/sh\nexec cat > /dev/null\n`);
  const receive = 'neighbor-changes; receive { parsed; update; snapshot; }';
  const daemon = await Daemon.run(
    dir,
    processConf(ask.run) +
      processConf(run, 'reads', 'encoder json; queue { policy block; }') +
      `bmp { listen 127.0.0.1:${port}; rib { adj-rib-in; } api { processes [ reads ]; ${receive} } }\n`,
    heap.env,
  );
  await daemon.logged('process started', {}, 2);
  const told = async () => {
    const all = await ask.shown('show process json');
    return all.find(({ name }) => name === 'reads').events;
  };
  const read = async () => {
    const { offered, written } = await told();
    return offered === written;
  };
  const steady = await begin(port, 0);
  const files = openFiles(daemon.pid);
  const [start, before] = [performance.now(), resident(daemon.pid)];
  const everybody = () => Promise.all(Array.from({ length: ROUTERS - 1 }, (_, n) => begin(port, n + 1)));
  let routers = await everybody();
  const messages = ROUTERS * PEERS * (1 + ROUTES / IN_ONE);
  await eventually(async () => (await told()).written >= messages, { ms: 120_000 });
  const seconds = (performance.now() - start) / 1000;
  const moreKib = resident(daemon.pid) - before;
  console.info(
    `${ROUTERS} routers with ${PEERS} peers of ${ROUTES} routes: ${Math.round(seconds)} s, ${moreKib} KiB more`,
  );
  expect(seconds).toBeLessThan(60);
  expect(moreKib).toBeLessThan(scaled(64, 256) * MIB);
  /** In the midst of a message; and again before anybody gave them up. */
  const flap = async () => {
    for (const router of routers) router.write(TABLE.subarray(0, Math.floor(Math.random() * TABLE.length)));
    await sleep(50);
    for (const router of routers) router.destroy();
    routers = await everybody();
    await eventually(read, { ms: 60_000 });
  };
  const flaps = async () => {
    const end = performance.now() + FLAPPING_MS;
    let rounds = 0;
    for (; rounds < 3 || performance.now() < end; rounds++) await flap();
    return rounds;
  };
  await flaps();
  const alive = await heap.octets();
  const rounds = await flaps();
  const after = await heap.octets();
  console.info(
    `${alive} octets alive, ${after} when ${routers.length} routers had gone ${rounds} times more`,
  );
  expect(after).toBeLessThan(alive * 1.05);
  await eventually(() => openFiles(daemon.pid) <= files + routers.length);
  expect(steady.destroyed).toBe(false);
  const { offered, written, dropped } = await told();
  expect([written, dropped]).toEqual([offered, 0]);
  expect(await daemon.stop()).toBe(0);
});
