import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { ATTRIBUTES, RawPeer, raw, rawOpen, rawUpdate, TYPE } from '../support/raw-peer.ts';

/** IPv4 unicast and four-octet AS, then what a test adds. */
const CAPABILITIES = '0206 0104 00010001 0206 4104 0000fdea';
const ROUTE_REFRESH = '0202 0200 0202 4600';
/** Restart flags and time, then IPv4 unicast with its forwarding state kept. */
const gracefulRestart = (flagsAndTime: string) => `0208 4006 ${flagsAndTime} 0001 01 80`;

async function running(more: string, { api = '', receive = '' } = {}) {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const messages = `parsed; open; update; notification; refresh; ${receive}`;
  const neighbor = neighborConf({ port, more, receive: messages }).replace(
    'neighbor-changes;',
    `neighbor-changes; ${api}`,
  );
  const daemon = await Daemon.run(dir, processConf(handler.run) + neighbor);
  await daemon.logged('process started');
  return { handler, daemon, port };
}

async function connected(
  port: number,
  capabilities: string,
  fields: { hold?: number } = {},
): Promise<RawPeer> {
  return RawPeer.established({ port }, { capabilities: `${CAPABILITIES} ${capabilities}`, ...fields });
}

async function tableSize(handler: Driven): Promise<number> {
  const lines = await handler.command('show adj-rib in');
  return lines.filter((line) => line.includes('198.51.')).length;
}

describe('roles, RFC 9234', () => {
  it.each([
    { what: 'a role that does not fit', theirs: '0203 0901 04', more: 'role customer;' },
    { what: 'no role where ours is strict', theirs: '', more: 'role customer strict;' },
    { what: 'two roles', theirs: '0206 0901 00 0901 01', more: 'role customer;' },
  ])('$what ends the session', async ({ theirs, more }) => {
    const { port } = await running(`capability { ${more} }`);
    const peer = await RawPeer.connect({ port });
    peer.send(rawOpen({ capabilities: `${CAPABILITIES} ${theirs}` }));
    expect(await peer.next(TYPE.notification)).toBe('020b');
  });

  it('has what goes to a customer marked, and tells what a customer should not have sent', async () => {
    const { port, handler } = await running('capability { role provider; }');
    const peer = await connected(port, '0203 0901 03');
    expect((await peer.next(TYPE.open)).endsWith('0203090100')).toBe(true);
    await handler.up();
    await handler.command('announce route 198.51.100.0/24 next-hop self');
    expect(await peer.update('18c63364')).toContain('c023040000fde9');
    peer.send(rawUpdate({ attributes: `${ATTRIBUTES} c02304 0000fdf2`, nlri: '18cb0071' }));
    const event = await handler.event('update', ({ neighbor }) => neighbor.direction === 'receive');
    expect(event.neighbor.message.update['route-leak']).toBe('OTC 65010 from a customer');
  });

  it('keeps a route of others from a provider', async () => {
    const { port, handler, daemon } = await running('capability { role customer; }');
    const peer = await connected(port, '0203 0901 00');
    await handler.up();
    await handler.command('announce route 198.51.100.0/24 next-hop self attribute [ 0x23 0xC0 0x0000fdf2 ]');
    await handler.command('announce route 203.0.113.0/24 next-hop self');
    expect(await peer.update('18cb0071')).not.toContain('c02304');
    const { reason } = await daemon.logged('route not sent');
    expect(reason).toBe('a route with OTC goes to customers only, and the neighbor is a provider');
    expect(peer.of(TYPE.update).join()).not.toContain('18c63364');
  });
});

describe('graceful restart of the peer', () => {
  const api = 'graceful-restart;';
  const capability = 'capability { graceful-restart 120 notification; }';

  it('keeps its routes until it has sent them again', async () => {
    const { port, handler } = await running(capability, { api });
    const peer = await connected(port, gracefulRestart('003c'));
    expect(await peer.next(TYPE.open)).toContain('4006c07800010180');
    await handler.up();
    peer.send(rawUpdate({ nlri: '18c6336418c63365' }));
    await eventually(() => handler.events('update').length > 0);
    peer.socket.resetAndDestroy();
    const stale = await handler.event('graceful-restart');
    expect(stale.neighbor['graceful-restart']).toEqual({
      phase: 'stale',
      afi: 'ipv4',
      safi: 'unicast',
      routes: 2,
      seconds: 60,
    });
    expect(await tableSize(handler)).toBe(2);
    const again = await connected(port, gracefulRestart('803c'));
    again.send(rawUpdate({ nlri: '18c63365' }));
    again.send(raw(TYPE.update, '00000000'));
    const swept = await handler.event(
      'graceful-restart',
      ({ neighbor }) => neighbor['graceful-restart'].phase === 'swept',
    );
    expect(swept.neighbor['graceful-restart'].routes).toBe(1);
    expect(await tableSize(handler)).toBe(1);
  });

  it.each([
    { what: 'is over with a NOTIFICATION', flags: '003c', notification: '0604', kept: 0 },
    { what: 'goes on over a NOTIFICATION with the N bit', flags: '403c', notification: '0604', kept: 1 },
    { what: 'is over with a hard reset', flags: '403c', notification: '06090604', kept: 0 },
  ])('$what', async ({ flags, notification, kept }) => {
    const { port, handler } = await running(capability, { api });
    const peer = await connected(port, gracefulRestart(flags));
    await handler.up();
    peer.send(rawUpdate({ nlri: '18c63364' }));
    await eventually(() => handler.events('update').length > 0);
    peer.send(raw(TYPE.notification, notification));
    await handler.event('state', ({ neighbor }) => neighbor.state === 'down');
    expect(await tableSize(handler)).toBe(kept);
  });
});

describe('a refresh, RFC 7313', () => {
  it('forgets at its end what the peer did not send again', async () => {
    const { port, handler } = await running('adj-rib-in true;');
    const peer = await connected(port, ROUTE_REFRESH);
    await handler.up();
    peer.send(rawUpdate({ nlri: '18c6336418c63365' }));
    peer.send(raw(TYPE.refresh, '00010101'));
    peer.send(rawUpdate({ nlri: '18c63365' }));
    await eventually(() => handler.events('update').length === 2);
    expect(await tableSize(handler)).toBe(2);
    peer.send(raw(TYPE.refresh, '00010201'));
    await eventually(() => handler.events('refresh').length === 2);
    expect(await tableSize(handler)).toBe(1);
  });

  it('of a wrong length ends the session', async () => {
    const { port } = await running('');
    const peer = await connected(port, ROUTE_REFRESH);
    peer.send(raw(TYPE.refresh, '0001010100'));
    expect((await peer.next(TYPE.notification)).slice(0, 4)).toBe('0701');
  });
});

describe('a limit of prefixes', () => {
  it('ends the session, and keeps the peer away for a while', async () => {
    const { port, daemon } = await running('maximum-prefix { ipv4 unicast 2; restart 2; }');
    const peer = await connected(port, '');
    peer.send(rawUpdate({ nlri: '18c6336418c63365' }));
    await daemon.logged('prefix limit is near or passed', { routes: 2, maximum: 2 });
    peer.send(rawUpdate({ nlri: '18c63366' }));
    expect(await peer.next(TYPE.notification)).toBe('060100010100000002');
    await peer.whenClosed();
    await daemon.logged('too many prefixes: session ends', { routes: 3, maximum: 2 });
    const early = await RawPeer.connect({ port });
    expect(await early.next(TYPE.notification)).toBe('0605');
    await sleep(2000);
    await connected(port, '');
  });

  it.each([
    { way: 'a few routes at a time', receive: '' },
    { way: 'message by message', receive: 'snapshot;' },
  ])('ends it behind what was told of it: $way', async ({ receive }) => {
    const { port, handler } = await running('maximum-prefix { ipv4 unicast 2; }', { receive });
    const peer = await connected(port, '');
    await handler.up();
    peer.send(['18c63364', '18c63365', '18c63366', '18c63367'].map((nlri) => rawUpdate({ nlri })).join(''));
    await peer.whenClosed();
    await eventually(() => handler.events('state').at(-1)?.neighbor.state === 'down');
    const lines = handler.lines.slice(handler.lines.findIndex((line) => line.includes('"state": "up"')));
    const told = lines.filter((line) => /"announce"|"state": "down"/.test(line));
    expect(told.map((line) => /198\.51\.\d+|down/.exec(line)?.[0])).toEqual([
      '198.51.100',
      '198.51.101',
      '198.51.102',
      'down',
    ]);
  });

  it('of a family that only warns lets more in', async () => {
    const { port, daemon, handler } = await running('maximum-prefix { ipv4 unicast 1 warn; }');
    const peer = await connected(port, '');
    await handler.up();
    peer.send(rawUpdate({ nlri: '18c6336418c63365' }));
    await daemon.logged('prefix limit is near or passed', { routes: 2, maximum: 1 });
    expect(await tableSize(handler)).toBe(2);
    expect(peer.of(TYPE.notification)).toEqual([]);
  });
});

describe('timers', () => {
  it('a peer that reads nothing loses the session after the send hold time, and others notice nothing', async () => {
    const communities = Array.from({ length: 100 }, (_, i) => `65001:${i}`).join(' ');
    const { port, daemon } = await running(
      `send-hold-time 2; group-updates false; static { route 10.0.0.0/8 next-hop 192.0.2.1 community [ ${communities} ] split /22; }`,
    );
    const peer = await connected(port, '');
    peer.socket.pause();
    const keepAlive = setInterval(() => peer.send(raw(TYPE.keepalive)), 500);
    try {
      const { reason } = await daemon.logged('down');
      expect(reason).toBe('notification sent (8,0)');
    } finally {
      clearInterval(keepAlive);
    }
  });

  it('what waits to be read counts before the hold timer does', async () => {
    const { port, daemon, handler } = await running('');
    const peer = await connected(port, '', { hold: 3 });
    await handler.up();
    const keepAlive = setInterval(() => peer.send(raw(TYPE.keepalive)), 500);
    try {
      daemon.kill('SIGSTOP');
      await sleep(4500);
      daemon.kill('SIGCONT');
      await handler.command('version');
      await sleep(1000);
      expect(peer.of(TYPE.notification)).toEqual([]);
      expect(daemon.entries('down')).toEqual([]);
      // the log and the status say so, and that it was not this program that took the time
      const stood = await daemon.logged('the event loop stood still');
      expect(Number(stood.stalledMs)).toBeGreaterThan(3000);
      expect(Number(stood.busyMs)).toBeLessThan(1500);
      expect(await handler.command('show status')).toContainEqual(
        expect.stringMatching(/^Event loop stalls: 1, \d{4} ms at most$/),
      );
    } finally {
      daemon.kill('SIGCONT');
      clearInterval(keepAlive);
    }
  });
});

describe('long messages, RFC 8654', () => {
  const route = `announce route 198.51.100.0/24 next-hop self community [ ${Array.from({ length: 1100 }, (_, i) => `65001:${i}`).join(' ')} ]`;

  it('go to a peer that takes them', async () => {
    const { port, handler } = await running('');
    const peer = await connected(port, '0202 0600');
    await handler.up();
    await handler.command(route);
    expect((await peer.update('18c63364')).length / 2).toBeGreaterThan(4400);
  });

  it('do not go to others, and the predecessor of the route is withdrawn', async () => {
    const { port, handler, daemon } = await running('');
    const peer = await connected(port, '');
    await handler.up();
    await handler.command('announce route 198.51.100.0/24 next-hop self');
    await peer.update('18c63364');
    await handler.command(route);
    await peer.update('000418c633640000');
    expect(String((await daemon.logged('route not sent')).reason)).toMatch(/4096/);
  });

  it('are an error where we did not say that we take them', async () => {
    const { port } = await running('capability { extended-message disable; }');
    const peer = await connected(port, '0202 0600');
    peer.send(rawUpdate({ attributes: `${ATTRIBUTES} d0c8 1388 ${'00'.repeat(5000)}`, nlri: '18c63364' }));
    expect((await peer.next(TYPE.notification)).slice(0, 4)).toBe('0102');
  });
});

describe('optional parameters, RFC 9072', () => {
  it('are taken in their extended form', async () => {
    const { port, handler } = await running('');
    const peer = await RawPeer.connect({ port });
    peer.send(raw(TYPE.open, '04 fdea 005a c0000202 ff ff 0012 02 000f 0104 00010001 4104 0000fdea c801 00'));
    await peer.next(TYPE.keepalive);
    peer.send(raw(TYPE.keepalive));
    await handler.up();
  });
});

describe('OPERATIONAL messages', () => {
  it('go both ways where both sides have them', async () => {
    const { port, handler } = await running(
      'capability { operational; } operational { asm afi ipv4 safi unicast advisory "hello"; }',
      { receive: 'operational;' },
    );
    const peer = await connected(port, '0202 b900');
    expect(await peer.next(6)).toBe('0002000800010168656c6c6f');
    await handler.up();
    expect(await handler.command('announce operational rpcq afi ipv4 safi unicast sequence 7')).toEqual([
      'done',
    ]);
    expect(await peer.next(6, 2)).toBe('0003000b000101c000020100000007');
    peer.send(raw(6, '0004000f000101c0000202000000070000002a'));
    const event = await handler.event('operational');
    expect(event.neighbor).toMatchObject({
      direction: 'receive',
      operational: { name: 'RPCP', 'router-id': '192.0.2.2', sequence: 7, counter: 42 },
    });
  });

  it('are an unknown type where one side has none', async () => {
    const { port, handler } = await running('capability { operational; }');
    const peer = await connected(port, '');
    await handler.up();
    expect(await handler.command('announce operational asm afi ipv4 safi unicast advisory x')).toEqual([
      'done',
    ]);
    peer.send(raw(6, '0002000400010178'));
    expect(await peer.next(TYPE.notification)).toBe('010306');
    expect(peer.of(6)).toEqual([]);
  });
});

describe('the paths to a destination that the peer takes', () => {
  it('are sent, those beyond are held back until there is room', async () => {
    const { port, handler, daemon } = await running('capability { add-path send; }');
    const peer = await connected(port, '0206 4504 0001 01 01 0207 4c05 0001 01 0002');
    await handler.up();
    const route = (id: number) => `route 198.51.100.0/24 next-hop self path-information ${id}`;
    const path = (id: number) => `0000000${id}18c63364`;
    for (const id of [1, 2, 3, 4]) await handler.command(`announce ${route(id)}`);
    await handler.command('announce route 203.0.113.0/24 next-hop self');
    await peer.update('00000000 18cb0071');
    const seen = () => peer.of(TYPE.update).join();
    expect([1, 2, 3, 4].map((id) => seen().includes(path(id)))).toEqual([true, true, false, false]);
    const shown = async () => JSON.parse((await handler.command('show neighbor json'))[0] ?? '')[0];
    expect((await shown())['paths-limit']).toEqual({ 'ipv4 unicast': { limit: 2, 'held-back': 2 } });
    expect((await handler.command('show neighbor extensive')).join('\n')).toMatch(
      /Paths Limit +Limit +Held Back\n +ipv4 unicast: +2 +2 /,
    );
    await handler.command(`withdraw ${route(4)}`);
    await handler.command(`withdraw ${route(1)}`);
    await peer.update(path(3));
    const updates = peer.of(TYPE.update);
    const place = (part: string) => updates.findIndex((body) => body.includes(part));
    expect(place(`0008${path(1)}`)).toBeLessThan(place(path(3)));
    expect(updates.join()).not.toContain(path(4));
    expect((await shown())['paths-limit']).toEqual({ 'ipv4 unicast': { limit: 2, 'held-back': 0 } });
    await daemon.logged('paths are held back: the peer takes no more to one destination', { limit: 2 });
  });
});
