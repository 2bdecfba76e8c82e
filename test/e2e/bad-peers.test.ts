import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { ATTRIBUTES, hex, RawPeer, raw, rawOpen, rawUpdate, TYPE } from '../support/raw-peer.ts';

async function running(more = '') {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const daemon = await Daemon.run(
    dir,
    processConf(handler.run) + neighborConf({ port, more: `adj-rib-in true; ${more}` }),
  );
  await daemon.logged('process started');
  return { handler, daemon, port };
}

async function up(more?: string) {
  const world = await running(more);
  const peer = await RawPeer.established({ port: world.port });
  await world.handler.up();
  return { ...world, peer };
}

const BODY_OF_OPEN = rawOpen().slice(38);

describe('before the session is up', () => {
  it.each([
    ['a marker of zeros', `${'00'.repeat(16)}001304`, '0101'],
    ['a length that is too short', `${'ff'.repeat(16)}001204`, '01020012'],
    ['a KEEPALIVE that is too long', `${'ff'.repeat(16)}001404`, '01020014'],
    ['an OPEN that is too long', `${'ff'.repeat(16)}200001`, '01022000'],
    ['an unknown type', raw(9), '010309'],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: example\r\n\r\n').toString('hex'), '0101'],
    ['a version of 3', raw(TYPE.open, `03${BODY_OF_OPEN.slice(2)}`), '02010004'],
    ['another AS', rawOpen({ as: 65009, capabilities: '0206 4104 0000fdf1' }), '0202'],
    ['an identifier of zero', rawOpen({ id: '00000000' }), '0203'],
    ['a hold time of one second', rawOpen({ hold: 1 }), '0206'],
    ['a parameter that runs over the end', raw(TYPE.open, '04 fdea 005a c0000202 04 02ff 0104'), '02'],
    ['an UPDATE', rawUpdate({ nlri: '18c63364' }), '0501'],
  ])('%s gets its NOTIFICATION, and the next attempt comes up', async (_, octets, expected) => {
    const { port, handler } = await running();
    const peer = await RawPeer.connect({ port });
    peer.send(octets);
    expect((await peer.next(TYPE.notification)).slice(0, expected.length)).toBe(expected);
    await peer.whenClosed();
    await RawPeer.established({ port });
    await handler.up();
  });

  it('a connection that ends, or says nothing, harms nobody', async () => {
    const { port, handler } = await running();
    for (const octets of ['', 'ff'.repeat(10), rawOpen()]) {
      const peer = await RawPeer.connect({ port });
      peer.send(octets);
      await sleep(20);
      peer.socket.resetAndDestroy();
    }
    await RawPeer.established({ port });
    await handler.up();
  });

  it('an address that is no neighbor is refused with Connection Rejected', async () => {
    const { port, daemon } = await running();
    const stranger = await RawPeer.connect({ port, from: '127.0.0.77' });
    expect(await stranger.next(TYPE.notification)).toBe('0605');
    await stranger.whenClosed();
    await daemon.logged('connection from an address without a neighbor', { peer: '127.0.0.77' });
  });
});

describe('while the session is up', () => {
  it.each([
    ['ORIGIN of 9', ATTRIBUTES.replace('40010100', '40010109')],
    ['ORIGIN twice as long', ATTRIBUTES.replace('40010100', '4001020000')],
    ['no AS_PATH', '40010100 400304 7f000002'],
    ['an AS_PATH that runs over its end', '40010100 400206 0209 0000fdea 400304 7f000002'],
    ['communities of three octets', `${ATTRIBUTES} c00803 010203`],
  ])('%s is treated as a withdrawal, and told', async (_, attributes) => {
    const { handler, daemon, peer } = await up();
    peer.send(rawUpdate({ nlri: '18c63364' }));
    await handler.event('update', ({ neighbor }) => JSON.stringify(neighbor).includes('announce'));
    peer.send(rawUpdate({ attributes, nlri: '18c63364' }));
    const event = await handler.event(
      'update',
      ({ neighbor }) => neighbor.message.update?.withdraw !== undefined,
    );
    expect(event.neighbor.message.update.withdraw['ipv4 unicast']).toEqual([{ nlri: '198.51.100.0/24' }]);
    expect(event.neighbor.message.update.announce).toBeUndefined();
    await daemon.logged('malformed attribute', { action: 'treat-as-withdraw' });
    expect(await handler.command('show adj-rib in')).toEqual(['done']);
    expect(peer.closed).toBe(false);
  });

  it('a bad AGGREGATOR is dropped alone', async () => {
    const { handler, daemon, peer } = await up();
    peer.send(rawUpdate({ attributes: `${ATTRIBUTES} c00703 010203`, nlri: '18c63364' }));
    const { neighbor } = await handler.event('update', (event) =>
      JSON.stringify(event).includes('198.51.100.0/24'),
    );
    expect(neighbor.message.update.announce).toBeDefined();
    expect(neighbor.message.update.attribute.aggregator).toBeUndefined();
    await daemon.logged('malformed attribute', { action: 'attribute-discard' });
  });

  it.each([
    ['an UPDATE whose lengths lie', raw(TYPE.update, '00ff 0000'), '0301'],
    ['an UPDATE that ends early', raw(TYPE.update, '00'), '0102'],
    ['an OPEN', rawOpen(), '05'],
    ['a marker of zeros', `${'00'.repeat(16)}001304`, '0101'],
    ['a KEEPALIVE with a body', raw(TYPE.keepalive, '00'), '0102'],
  ])('%s ends the session with its NOTIFICATION, and it comes again', async (_, octets, expected) => {
    const { handler, peer, port } = await up();
    peer.send(octets);
    expect((await peer.next(TYPE.notification)).slice(0, expected.length)).toBe(expected);
    const { neighbor } = await handler.event('state', (event) => event.neighbor.state === 'down');
    expect(neighbor.reason).toMatch(/notification sent \(\d,\d+\)/);
    await RawPeer.established({ port });
    await handler.up('127.0.0.2', 2);
  });

  it('the message that ended a session is logged with its octets', async () => {
    const { daemon, peer } = await up();
    const octets = raw(TYPE.update, '00ff 0000').replaceAll(' ', '');
    peer.send(octets);
    await peer.next(TYPE.notification);
    const { octets: logged, reason } = await daemon.logged('bad message', { peer: '127.0.0.2' });
    expect(logged).toBe(octets.toLowerCase());
    expect(reason).not.toBe('');
  });

  it('a NOTIFICATION of the peer is told with its text', async () => {
    const { handler, peer } = await up();
    const text = Buffer.from('going home');
    peer.send(raw(TYPE.notification, `0602 ${hex(text.length, 1)}${text.toString('hex')}`));
    const { neighbor } = await handler.event(
      'notification',
      (event) => event.neighbor?.direction === 'receive',
    );
    expect(neighbor.notification).toMatchObject({ code: 6, subcode: 2 });
    expect(JSON.stringify(neighbor.notification)).toContain('going home');
    await peer.whenClosed();
  });

  it('text of a peer cannot break a line or a terminal', async () => {
    const { handler, daemon, peer } = await up();
    const text = Buffer.from('a\nshutdown\n\u001b[2J"}\u2028', 'utf8');
    peer.send(raw(TYPE.notification, `0602 ${hex(text.length, 1)}${text.toString('hex')}`));
    await handler.event('notification', (event) => event.neighbor?.direction === 'receive');
    for (const line of handler.lines) expect(line).not.toMatch(/[\u001b\u2028]|^shutdown/);
    expect(daemon.raw).toBe('');
    expect(daemon.running).toBe(true);
  });

  it('a second connection of the same peer is refused, the first stays', async () => {
    const { peer, port } = await up();
    const second = await RawPeer.connect({ port });
    expect(await second.next(TYPE.notification)).toBe('0607');
    expect(peer.closed).toBe(false);
  });

  it('a peer that falls silent loses the session after the hold time', async () => {
    const { port, handler } = await running();
    const peer = await RawPeer.established({ port }, { hold: 3 });
    await handler.up();
    expect(await peer.next(TYPE.notification)).toBe('0400');
    expect(peer.of(TYPE.keepalive).length).toBeGreaterThanOrEqual(3);
  });

  it('a flood of updates is read to its end, commands being answered meanwhile', async () => {
    const { handler, peer } = await up();
    const count = 20_000;
    const updates = Array.from({ length: count }, (_, i) =>
      rawUpdate({ nlri: `20${hex(0x0a000000 + i, 4)}` }),
    );
    peer.send(updates.join(''));
    const started = performance.now();
    await handler.command('version');
    const answered = performance.now() - started;
    await eventually(
      () => handler.lines.some((line) => line.includes(`10.0.${(count - 1) >> 8}.${(count - 1) & 255}/32`)),
      { ms: 30_000 },
    );
    expect(answered).toBeLessThan(5000);
    expect(peer.closed).toBe(false);
  });
});
