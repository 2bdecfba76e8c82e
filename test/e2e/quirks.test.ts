import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { RawPeer, raw, rawListener, rawUpdate, TYPE } from '../support/raw-peer.ts';

/** What only a running ExaBGP shows, by the words of who describes it: a QUIRK is kept, a BUG is not. */

const ROUTE = 'static { route 198.51.100.0/24 next-hop self; }';
const WITHOUT_API = /api \{[\s\S]*?\n {4}\}/;

interface Setting {
  readonly more?: string;
  readonly process?: string;
  readonly env?: Record<string, string>;
  readonly api?: string;
}

async function running({ more = ROUTE, process = 'encoder json;', env = {}, api }: Setting = {}) {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const file = join(dir, 'peer.conf');
  const neighbor = neighborConf({ port, more });
  const conf =
    processConf(handler.run, 'driven', process) + (api ? neighbor.replace(WITHOUT_API, api) : neighbor);
  writeFileSync(file, conf);
  const daemon = await Daemon.start(file, env);
  return { dir, port, handler, file, conf, daemon };
}

const IPV4 = '0104 00010001';
const capabilities = (...more: string[]) =>
  [IPV4, '4104 0000fdea', ...more].map((each) => `02${length(each)}${each}`).join('');
const length = (octets: string) => (octets.replace(/ /g, '').length / 2).toString(16).padStart(2, '0');

describe('sessions', () => {
  it('BUG of 4.2: flush and a refresh end a session with route refresh, and clear blocks it; all of them work', async () => {
    const { port, handler } = await running();
    const peer = await RawPeer.established({ port }, { capabilities: capabilities('0200', '4600') });
    const routes = () => peer.of(TYPE.update).filter((body) => body.includes('18c63364')).length;
    await handler.up();
    await eventually(() => routes() === 1);
    expect(await handler.command('flush adj-rib out')).toEqual(['done']);
    await eventually(() => routes() === 2);
    // enhanced: the table stands between two markers
    expect(await peer.next(TYPE.refresh, 1)).toBe('00010101');
    expect(await peer.next(TYPE.refresh, 2)).toBe('00010201');
    peer.send(raw(TYPE.refresh, '00010001'));
    await eventually(() => routes() === 3);
    expect(await handler.command('clear adj-rib out')).toEqual(['done']);
    await peer.update('000418c633640000');
    expect(await handler.command('announce route 203.0.113.0/24 next-hop self')).toEqual(['done']);
    await peer.update('18cb0071');
    expect(peer.closed).toBe(false);
  });

  it('BUG of all: what is told of messages sent ends sessions; it does not, with path identifiers in one direction', async () => {
    const all = 'parsed; packets; open; update; notification; keepalive; refresh; operational;';
    const { port, handler } = await running({
      more: `${ROUTE} add-path { ipv4 unicast; }`,
      api: `capability { add-path send; route-refresh; operational; }
        api { processes [ driven ]; neighbor-changes; negotiated; fsm; signal; receive { ${all} } send { ${all} } }`,
    });
    const peer = await RawPeer.established(
      { port },
      { capabilities: capabilities('0200', '4600', 'b900', '4504 00010101') },
    );
    await peer.update('00000000 18c63364');
    peer.send(rawUpdate({ nlri: '180a0100' }));
    peer.send(raw(TYPE.refresh, '00010001'));
    peer.send(raw(6, '0001 0008 0001 01 68656c6c6f'));
    await eventually(() => peer.of(TYPE.update).filter((body) => body.includes('18c63364')).length === 2);
    const sent = await handler.event(
      'update',
      ({ neighbor }) => neighbor.direction === 'send' && neighbor.message.update?.announce,
    );
    expect(sent.neighbor.message.update.announce['ipv4 unicast']['127.0.0.1']).toEqual([
      { nlri: '198.51.100.0/24', 'path-information': '0.0.0.0' },
    ]);
    await handler.event('operational', ({ neighbor }) => neighbor.operational?.advisory === 'hello');
    await handler.event('refresh', ({ neighbor }) => neighbor.direction === 'send');
    expect(peer.closed).toBe(false);
    expect(peer.of(TYPE.notification)).toEqual([]);
  });

  it('QUIRK: what is told comes in the order of the wire, and done before what was sent', async () => {
    const kinds = 'parsed; open; update; keepalive;';
    const { port, handler, daemon } = await running({
      api: `api { processes [ driven ]; neighbor-changes; negotiated; fsm; receive { ${kinds} } send { ${kinds} } }`,
    });
    const peer = await RawPeer.established({ port });
    await peer.update('00000000');
    expect(await handler.command('announce route 203.0.113.0/24 next-hop self')).toEqual(['done']);
    await peer.update('18cb0071');
    daemon.kill('SIGTERM');
    expect(await daemon.exited).toBe(0);
    const told = handler.events().map(({ type, notification, neighbor }) => {
      const { direction, state, message } = neighbor ?? {};
      const routes = message?.eor === undefined ? message?.update?.announce?.['ipv4 unicast'] : 'eor';
      const what = routes === undefined || routes === 'eor' ? routes : routes['127.0.0.1'][0].nlri;
      return [type, notification, state, direction, what].filter((each) => each !== undefined).join(' ');
    });
    expect(told.filter((each) => !/^fsm (?!ESTABLISHED)/.test(each))).toEqual([
      'state connected',
      'open send',
      'open receive',
      'negotiated',
      'keepalive send',
      'keepalive receive',
      'fsm ESTABLISHED',
      'state up',
      'update send 198.51.100.0/24',
      'update send eor',
      'update send 203.0.113.0/24',
      'state down',
      'notification shutdown',
    ]);
    const { lines } = handler;
    expect(lines.indexOf('done')).toBeLessThan(lines.findIndex((line) => line.includes('203.0.113.0')));
  });

  it('BUG of 4.2: a shutdown communication is answered with NOTIFICATION 1/0, and told as sent; it is told as received', async () => {
    const { port, handler } = await running({ env: { peerline_api_version: '4' } });
    const peer = await RawPeer.established({ port });
    await handler.up();
    peer.send(raw(TYPE.notification, '0602 05 68656c6c6f'));
    const { neighbor } = await handler.event('notification');
    expect(neighbor).toMatchObject({ direction: 'receive', notification: { code: 6, subcode: 2 } });
    await peer.whenClosed();
    expect(peer.of(TYPE.notification)).toEqual([]);
  });

  it('BUG of 6: a passive neighbor connects out after its first session; it does not, and takes the next one', async () => {
    const connect = await freePort('127.0.0.2');
    const { port, handler } = await running({ more: `connect ${connect};` });
    const listener = await rawListener(connect, '127.0.0.2');
    const first = await RawPeer.established({ port });
    await handler.up();
    first.socket.destroy();
    await handler.event('state', ({ neighbor }) => neighbor.state === 'down');
    await sleep(300);
    expect(listener.peers).toEqual([]);
    await RawPeer.established({ port });
    await handler.up('127.0.0.2', 2);
  });

  it('BUG of 6: the neighbors of a range share what is known of their sessions; each has its own', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    await Daemon.run(
      dir,
      processConf(handler.run) + neighborConf({ port, peer: '127.0.0.0/29', more: ROUTE }),
    );
    const one = await RawPeer.established({ port });
    const other = await RawPeer.established({ port, from: '127.0.0.3' });
    await one.update('18c63364');
    await other.update('18c63364');
    expect(await handler.command('neighbor 127.0.0.3 announce route 203.0.113.0/24 next-hop self')).toEqual([
      'done',
    ]);
    await other.update('18cb0071');
    expect(await handler.command('neighbor 127.0.0.3 teardown 2')).toEqual(['done']);
    await other.whenClosed();
    expect(one.closed).toBe(false);
    expect(one.of(TYPE.update).join()).not.toContain('18cb0071');
  });

  it('QUIRK: an address in two ranges is refused as one that nobody knows', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    const range = (peer: string) => neighborConf({ port, peer });
    await Daemon.run(dir, processConf(handler.run) + range('127.0.0.0/29') + range('127.0.0.2/31'));
    await RawPeer.established({ port, from: '127.0.0.4' });
    const both = await RawPeer.connect({ port, from: '127.0.0.3' });
    expect(await both.next(TYPE.notification)).toBe('0605');
  });

  it('BUG of 5: a route that is withdrawn before the session is announced all the same; it is not', async () => {
    const { port, handler } = await running({ env: { peerline_api_version: '5' } });
    expect(await handler.command('announce route 203.0.113.0/24 next-hop self')).toEqual(['done']);
    expect(await handler.command('withdraw route 203.0.113.0/24')).toEqual(['done']);
    const peer = await RawPeer.established({ port });
    await peer.update('00000000');
    expect(peer.of(TYPE.update).join()).not.toContain('cb0071');
  });
});

describe('reload', () => {
  it('BUG of all: after a bad file a good one is refused too; it is taken. BUG of 5: removed routes stay; they go', async () => {
    const { port, file, conf, daemon } = await running();
    const peer = await RawPeer.established({ port });
    await peer.update('18c63364');
    writeFileSync(file, conf.replace('198.51.100.0/24', '203.0.113.0/24').replace('passive;', 'pasive;'));
    daemon.kill('SIGUSR1');
    await daemon.logged('reload refused: the configuration is bad, the running one is kept');
    writeFileSync(file, conf.replace('198.51.100.0/24', '192.0.2.0/24'));
    daemon.kill('SIGUSR1');
    await peer.update('18c00002');
    await peer.update('000418c633640000');
    expect(peer.of(TYPE.update).join()).not.toContain('cb0071');
    expect(peer.closed).toBe(false);
  });
});

describe('processes', () => {
  it('BUG of 4.2 and 5: an event for a process that died with respawn false ends the daemon; it is left out', async () => {
    const { port, daemon, handler } = await running({ process: 'encoder json; respawn false;' });
    const peer = await RawPeer.established({ port });
    await handler.up();
    process.kill(Number(daemon.entries('process started')[0]?.pid), 'SIGKILL');
    await daemon.logged('process ended, and is not to be restarted');
    peer.send(rawUpdate({ nlri: '180a0100' }));
    peer.send(raw(TYPE.keepalive));
    await sleep(100);
    expect(daemon.running).toBe(true);
    expect(peer.closed).toBe(false);
  });

  it('QUIRK: what is sent has its octets in a consolidated event only where packets stands too', async () => {
    const api = (name: string, forms: string) =>
      `api ${name} { processes [ ${name} ]; send { ${forms} open; } receive { consolidate; open; } }`;
    const dir = workspace();
    const port = await freePort();
    const [driven, second] = [new Driven(dir), new Driven(dir, 'second')];
    const neighbor = neighborConf({ port }).replace(
      WITHOUT_API,
      api('driven', 'consolidate;') + api('second', 'consolidate; packets;'),
    );
    await Daemon.run(dir, processConf(driven.run) + processConf(second.run, 'second') + neighbor);
    await RawPeer.established({ port });
    const octetsOf = async (handler: Driven, direction: string) =>
      'body' in (await handler.event('open', (event) => event.neighbor.direction === direction));
    expect(await octetsOf(driven, 'receive')).toBe(true);
    expect(await octetsOf(driven, 'send')).toBe(false);
    expect(await octetsOf(second, 'send')).toBe(true);
  });

  it('QUIRK: a watchdog without a name is that of the process', async () => {
    const { port, handler } = await running({
      more: 'static { route 198.51.100.0/24 next-hop self watchdog driven withdraw; }',
      env: { peerline_api_version: '4' },
    });
    const peer = await RawPeer.established({ port });
    await handler.up();
    expect(await handler.command('announce watchdog')).toEqual(['done']);
    await peer.update('18c63364');
    expect(await handler.command('withdraw watchdog')).toEqual(['done']);
    await peer.update('000418c633640000');
  });

  it('BUG of 4.2: show neighbor extensive has the own identifier twice; the other one is the peer’s', async () => {
    const { port, handler } = await running({ env: { peerline_api_version: '4' } });
    await RawPeer.established({ port });
    await handler.up();
    const [id = ''] = (await handler.command('show neighbor extensive')).filter((line) =>
      /^ +ID /.test(line),
    );
    expect(id.trim().split(/\s+/)).toEqual(['ID', '192.0.2.1', '192.0.2.2']);
  });

  it('BUG of 4.2: the inet filter of show adj-rib finds nothing; it finds what it should', async () => {
    const { handler } = await running({ env: { peerline_api_version: '4' } });
    expect(await handler.command('show adj-rib out inet')).toEqual([
      'neighbor 127.0.0.2 ipv4 unicast 198.51.100.0/24 next-hop self',
      'done',
    ]);
    expect(await handler.command('show adj-rib out flow')).toEqual(['done']);
  });

  it.each([
    ['4', 'text'],
    ['5', 'text'],
    ['6', 'json'],
  ])(
    'QUIRK: encoder text is not looked at in version 6: in version %s events are %s',
    async (version, form) => {
      const { port, handler } = await running({ process: '', env: { peerline_api_version: version } });
      await RawPeer.established({ port });
      const up = form === 'text' ? /^neighbor 127\.0\.0\.2 up$/ : /^\{ "exabgp": "6.0.0".*"state": "up"/;
      await eventually(() => handler.lines.some((line) => up.test(line)));
    },
  );

  it.each([
    ['of the process', { process: 'encoder text; version 3;' }],
    ['of all', { process: 'encoder text;', env: { peerline_api_version: '3' } }],
  ])(
    'QUIRK of 3.4: its handlers are told what they know, and no command is answered: version 3 %s',
    async (_, setting) => {
      const { port, handler } = await running(setting);
      const peer = await RawPeer.established({ port });
      handler.write('announce route 203.0.113.0/24 next-hop self\nnonsense\n');
      await peer.update('18cb0071');
      peer.send(rawUpdate({ nlri: '18c63364' }));
      await eventually(() =>
        handler.lines.some((line) => line.includes('announced route 198.51.100.0/24 next-hop')),
      );
      const lines = handler.lines.filter((line) => line !== '');
      expect(lines.filter((line) => !line.startsWith('neighbor 127.0.0.2 '))).toEqual([]);
      expect(lines).toContain('neighbor 127.0.0.2 update start');
    },
  );

  it('QUIRK: rib show is a line of JSON for each route in version 6', async () => {
    const { handler } = await running({ env: { peerline_api_version: '6' } });
    expect(await handler.command('rib show out')).toEqual([
      '{"127.0.0.2": {"routes": [{"family": "ipv4 unicast", "prefix": "198.51.100.0/24"}]}}',
      'done',
    ]);
    expect(await handler.command('system api version 7')).toEqual([
      '{"error": "API version must be 4, 5 or 6"}',
      'error',
    ]);
  });

  it('BUG of 6: peer IP show shows everybody; it shows that one', async () => {
    const { handler } = await running({ env: { peerline_api_version: '6' } });
    expect(JSON.parse((await handler.command('peer 127.0.0.2 show'))[0] ?? '')).toHaveLength(1);
    expect(JSON.parse((await handler.command('peer 127.0.0.9 show'))[0] ?? '')).toEqual([]);
  });
});
