import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, peerline, sleep, workspace } from '../support/e2e.ts';
import { RawPeer, TYPE } from '../support/raw-peer.ts';

const END_OF_RIB = '00000000';

async function running(process: string) {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const file = join(dir, 'peer.conf');
  writeFileSync(
    file,
    processConf(handler.run, 'driven', `encoder json; ${process}`) + neighborConf({ port }),
  );
  const start = async () => {
    const daemon = await Daemon.start(file);
    return { daemon, peer: await RawPeer.established({ port }) };
  };
  return { dir, port, handler, start };
}

/** Prefixes that are announced at the start of a session, before its End-of-RIB. */
async function initial(peer: RawPeer): Promise<string[]> {
  await eventually(() => peer.of(TYPE.update).includes(END_OF_RIB), {
    why: () => peer.of(TYPE.update).join(),
  });
  const bodies = peer.of(TYPE.update);
  return bodies
    .slice(0, bodies.indexOf(END_OF_RIB))
    .flatMap((body) => [...body.matchAll(/180a(?:[0-9a-f]{4})/g)].map(([prefix]) => prefix))
    .sort();
}

describe('persist', () => {
  it('brings routes back after kill -9, before End-of-RIB, and not those that were withdrawn', async () => {
    const { dir, handler, start } = await running('persist state;');
    let { daemon, peer } = await start();
    await handler.up();
    for (const n of [1, 2, 3]) await handler.command(`announce route 10.0.${n}.0/24 next-hop self`);
    await handler.command('withdraw route 10.0.2.0/24');
    await handler.command('announce attributes next-hop self nlri 10.1.0.0/24 10.1.1.0/24');
    for (let round = 0; round < 3; round++) {
      daemon.kill('SIGKILL');
      await daemon.exited;
      if (round === 1) appendFileSync(join(dir, 'state/driven.journal'), '00000000 announce rou');
      ({ daemon, peer } = await start());
      expect(await initial(peer)).toEqual(['180a0001', '180a0003', '180a0100', '180a0101']);
    }
    await daemon.logged('routes are back from the journal');
    expect(daemon.entries('routes are back from the journal')).toHaveLength(1);
  });

  it('answers when the journal has it: what was answered survives, however soon the end comes', async () => {
    const { handler, start } = await running('persist state;');
    const { daemon } = await start();
    await handler.up();
    const wanted: string[] = [];
    handler.write(
      Array.from({ length: 250 }, (_, i) => `@${i} announce route 10.0.${i}.0/24 next-hop self\n`).join(''),
    );
    await eventually(() => handler.lines.some((line) => /^@\d+ done/.test(line)));
    daemon.kill('SIGKILL');
    await daemon.exited;
    await sleep(100);
    for (const line of handler.lines) {
      const answered = /^@(\d+) done/.exec(line)?.[1];
      if (answered !== undefined) wanted.push(`180a00${Number(answered).toString(16).padStart(2, '0')}`);
    }
    const { peer } = await start();
    expect(await initial(peer)).toEqual(expect.arrayContaining(wanted));
    expect(wanted.length).toBeGreaterThan(0);
  });
});

/** One command at the control socket. */
async function command(socket: string, line: string): Promise<void> {
  const env = { peerline_api_socketpath: socket };
  expect(await peerline(['cli', ...line.split(' ')], { env })).toMatchObject({ code: 0 });
}

describe('what people command', () => {
  async function running(conf: string) {
    const dir = workspace();
    const [port, socket, file] = [await freePort(), join(dir, 'cli.sock'), join(dir, 'peer.conf')];
    const handler = new Driven(dir);
    writeFileSync(
      file,
      processConf(handler.run, 'driven', `encoder json; ${conf.replaceAll('DIR', dir)}`) +
        neighborConf({ port }),
    );
    const env = {
      peerline_api_cli: 'true',
      peerline_api_socketpath: socket,
      peerline_api_persist: join(dir, 'state'),
    };
    const start = async () => {
      const daemon = await Daemon.start(file, env);
      return { daemon, peer: await RawPeer.established({ port }) };
    };
    return { dir, file, socket, handler, start };
  }

  it('survives kill -9, and takes from the journals of processes what it withdraws', async () => {
    const { socket, handler, start } = await running('persist DIR/state;');
    let { daemon, peer } = await start();
    await handler.up();
    for (const n of [1, 2, 3]) await handler.command(`announce route 10.0.${n}.0/24 next-hop self`);
    await command(socket, 'announce route 10.2.0.0/24 next-hop self');
    await command(socket, 'announce route 10.3.0.0/24 next-hop self');
    await command(socket, 'withdraw route 10.3.0.0/24');
    await command(socket, 'withdraw route 10.0.2.0/24');
    await command(socket, 'announce route 10.0.3.0/24 next-hop self med 7');
    for (let round = 0; round < 2; round++) {
      daemon.kill('SIGKILL');
      await daemon.exited;
      ({ daemon, peer } = await start());
      expect(await initial(peer)).toEqual(['180a0001', '180a0003', '180a0200']);
      expect(await peer.update('180a0003')).toContain('80040400000007');
      // the routes leave before a process that is slow to start was told anything
      await eventually(
        () => handler.events('state').filter(({ neighbor }) => neighbor.state === 'up').length === round + 2,
      );
    }
    await handler.alone();
    // what a process announces is its own again
    await handler.command('announce route 10.2.0.0/24 next-hop self med 9');
    await handler.command('withdraw route 10.2.0.0/24');
    daemon.kill('SIGKILL');
    await daemon.exited;
    ({ daemon, peer } = await start());
    expect(await initial(peer)).toEqual(['180a0001', '180a0003']);
  });
});

it('on-exit withdraw finds the routes though a reload gave the neighbor another session', async () => {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const file = join(dir, 'peer.conf');
  const conf = (more = '') =>
    processConf(handler.run, 'driven', 'encoder json; on-exit withdraw;') + neighborConf({ port, more });
  writeFileSync(file, conf());
  const daemon = await Daemon.start(file);
  await RawPeer.established({ port });
  await handler.up();
  await handler.command('announce route 10.0.1.0/24 next-hop self');
  writeFileSync(file, conf('hold-time 30;'));
  daemon.kill('SIGUSR1');
  await daemon.logged('configuration reloaded');
  const again = await RawPeer.established({ port });
  await again.update('180a0001');
  process.kill(Number(daemon.entries('process started').at(-1)?.pid), 'SIGKILL');
  await again.update('0004180a0001');
});

describe('End-of-RIB', () => {
  it('waits for session ready', async () => {
    const { handler, start } = await running('ready 60;');
    const { peer } = await start();
    await handler.up();
    await handler.command('announce route 10.0.1.0/24 next-hop self');
    await peer.update('180a0001');
    await sleep(300);
    expect(peer.of(TYPE.update)).not.toContain(END_OF_RIB);
    expect(await handler.command('session ready')).toEqual(['done']);
    expect(await initial(peer)).toEqual(['180a0001']);
  });

  it('waits no longer than was said, and for nobody who is gone', async () => {
    const { start } = await running('ready 1;');
    const before = performance.now();
    const { daemon, peer } = await start();
    await daemon.logged('process did not say session ready in time');
    expect(await initial(peer)).toEqual([]);
    expect(performance.now() - before).toBeGreaterThan(900);
  });
});
