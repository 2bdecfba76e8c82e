import { expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { RawPeer, rawListener, TYPE } from '../support/raw-peer.ts';

/** A handler that speaks as ExaBGP's main branch does, and a neighbor with a session. */
async function running() {
  const dir = workspace();
  const port = await freePort();
  const connect = await freePort('127.0.0.4');
  const handler = new Driven(dir);
  const conf = processConf(handler.run) + neighborConf({ port });
  const daemon = await Daemon.run(dir, conf, {
    peerline_api_version: '6',
    peerline_tcp_port: String(connect),
  });
  const peer = await RawPeer.established({ port });
  await handler.up();
  return { daemon, peer, handler, connect };
}

/** The payload of a reply that is one line of JSON, and then `done`. */
async function json(handler: Driven, command: string) {
  const [first = '', ...rest] = await handler.command(command);
  expect(rest).toEqual(['done']);
  return JSON.parse(first);
}

it('answers in JSON what versions 4 and 5 answer in words', async () => {
  const { daemon, handler } = await running();
  const uuid = expect.stringMatching(/^[\da-f-]{36}$/);
  expect(await json(handler, 'system version')).toMatchObject({ application: 'peerline' });
  expect(await json(handler, 'session ping')).toEqual({ pong: uuid, active: true });
  expect(await json(handler, 'daemon status')).toMatchObject({
    uuid,
    pid: daemon.pid,
    uptime: expect.any(Number),
    start_time: expect.any(Number),
    peers: { [NAME]: 'ESTABLISHED' },
  });
  expect(await json(handler, 'system queue-status')).toEqual({ driven: { items: 0, bytes: 0 } });
  expect(await json(handler, 'session reset')).toEqual({ status: 'asynchronous queue cleared' });
  expect((await json(handler, 'system help')).commands).toContainEqual({
    command: 'peer create',
    neighbor_support: false,
    json_support: true,
  });
  expect(await json(handler, 'peer list')).toEqual([
    { 'peer-address': '127.0.0.2', 'peer-as': 65002, state: 'ESTABLISHED' },
  ]);
  for (const form of ['peer show', 'peer show summary', 'peer 127.0.0.2 show extensive', 'peer show json']) {
    const [shown] = await json(handler, form);
    expect(shown).toMatchObject({ state: 'up', fsm: 'ESTABLISHED', local: { capabilities: { asn4: 1 } } });
  }
});
const NAME =
  'neighbor 127.0.0.2 local-ip 127.0.0.1 local-as 65001 peer-as 65002 router-id 192.0.2.1 family-allowed in-open';

it('moves routes by selectors, in groups and by their index', async () => {
  const { peer, handler } = await running();
  expect(await handler.command('peer * announce route 10.1.0.0/24 next-hop 10.0.0.1 sync')).toEqual(['done']);
  await peer.update('180a0100');
  expect(
    await handler.command(
      'peer [127.0.0.2 peer-as 65002, 127.0.0.9] announce route 10.2.0.0/24 next-hop self json',
    ),
  ).toEqual(['done']);
  const refused = await handler.command('peer 127.0.0.9 announce route 10.3.0.0/24 next-hop 10.0.0.1');
  expect(refused).toEqual([expect.stringMatching(/^error: /), 'error']);
  const group =
    'peer * group attributes med 9 next-hop 10.0.0.1 ; announce route 10.4.0.0/24 ; withdraw route 10.1.0.0/24 ; announce route x';
  expect(await json(handler, group)).toEqual({
    status: 'group processed',
    announced: 1,
    withdrawn: 1,
    errors: [expect.stringContaining("'x'")],
  });
  await peer.update('80040400000009');
  const before = handler.replies.length;
  handler.write('peer * routes add route 10.6.0.0/24 next-hop 10.0.0.1\nsession bye x\n');
  expect(await handler.reply(before)).toEqual([
    expect.stringMatching(
      /^\{"index": "[\da-f]+", "route": "10\.6\.0\.0\/24 next-hop 10\.0\.0\.1", "success": true\}$/,
    ),
    'done',
  ]);
  const { index } = JSON.parse(handler.replies[before] ?? '');
  const after = handler.replies.length;
  handler.write(
    `peer * routes list\npeer * routes remove index ${index}\npeer * routes remove index 00\nsession bye x\n`,
  );
  const [list = '', removed, absent] = await handler.reply(after);
  expect(JSON.parse(list)).toContainEqual({ index, route: '10.6.0.0/24 next-hop 10.0.0.1', neighbor: NAME });
  expect(removed).toBe(`{"removed": true, "route": "10.6.0.0/24 next-hop 10.0.0.1", "index": "${index}"}`);
  expect(absent).toBe('{"removed": false, "index": "00"}');
  await peer.update('180a0600');
});

it('creates neighbors and deletes them', async () => {
  const { daemon, handler, connect } = await running();
  const listener = await rawListener(connect, '127.0.0.4');
  const create =
    'peer create 127.0.0.4 local-address 127.0.0.1 local-as 65001 peer-as 65002 family-allowed ipv4-unicast api driven';
  expect(await handler.command(create)).toEqual(['done']);
  const [, ...again] = await handler.command(create);
  expect(again).toEqual(['error']);
  const peer = await eventually(() => listener.peers[0]);
  await peer.establish();
  await handler.up('127.0.0.4');
  expect(await handler.command('peer 127.0.0.4 announce route 10.1.0.0/24 next-hop self')).toEqual(['done']);
  await peer.update('180a0100');
  daemon.kill('SIGUSR1');
  await daemon.logged('configuration reloaded');
  expect(await json(handler, 'peer list')).toHaveLength(2);
  expect((await handler.command('peer delete 127.0.0.2')).at(-1)).toBe('error');
  expect(await handler.command('peer delete 127.0.0.4')).toEqual(['done']);
  await peer.whenClosed();
  expect(peer.of(TYPE.notification)).toHaveLength(1);
  expect(await json(handler, 'peer list')).toHaveLength(1);
});

it('goes by the version that the process asks for, and ends on request', async () => {
  const { daemon, handler } = await running();
  expect(await json(handler, 'system api version')).toEqual({ api_version: 6, description: 'json-only' });
  expect(await json(handler, 'system api version 4')).toMatchObject({
    status: 'API version set',
    version: 4,
  });
  expect((await handler.command('version'))[0]).toMatch(/^peerline /);
  expect(await handler.command('bogus')).toEqual(['error']);
  expect(await handler.command('system api version 6')).toEqual([
    'API version set to 6 (effective on next process restart)',
    'done',
  ]);
  expect(await json(handler, 'daemon shutdown')).toEqual({ status: 'shutdown in progress' });
  expect(await daemon.exited).toBe(0);
});
