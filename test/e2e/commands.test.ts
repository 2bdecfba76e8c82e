import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { RawPeer, raw, rawUpdate, TYPE } from '../support/raw-peer.ts';

const DONE = ['done'];
const ERROR = ['error'];
const EOR = '00000000';

async function running(more = '', env: Record<string, string> = {}) {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const daemon = await Daemon.run(dir, processConf(handler.run) + neighborConf({ port, more }), env);
  const peer = await RawPeer.established({ port });
  await handler.up('127.0.0.2');
  return { handler, daemon, peer, port, dir };
}

describe('commands of a process', () => {
  it('announce and withdraw routes', async () => {
    const { handler, peer } = await running();
    await peer.update(EOR);
    const [plain, rich] = [
      'announce route 198.51.100.0/24 next-hop self',
      'announce route 203.0.113.0/24 next-hop 192.0.2.9 med 7 community [ 65001:1 no-export ]',
    ];
    expect(await handler.command(plain)).toEqual(DONE);
    expect(await peer.update('18c63364')).toContain('4003047f000001');
    expect(await handler.command(rich)).toEqual(DONE);
    const update = await peer.update('18cb0071');
    expect(update).toContain('400304c0000209');
    expect(update).toContain('80040400000007');
    expect(update).toContain('c00808fde90001ffffff01');
    expect(await handler.command('withdraw route 198.51.100.0/24 next-hop self')).toEqual(DONE);
    await peer.update('000418c633640000');
    expect(await handler.command('withdraw route 203.0.113.0/24')).toEqual(DONE);
    await peer.update('000418cb00710000');
  });

  it('announce many prefixes with one set of attributes', async () => {
    const { handler, peer } = await running();
    const nlri = 'nlri 10.1.0.0/16 10.2.0.0/16 10.3.0.0/16';
    expect(await handler.command(`announce attributes next-hop 192.0.2.9 origin egp ${nlri}`)).toEqual(DONE);
    const update = await peer.update('100a01');
    expect(update).toContain('40010101');
    expect(update).toContain('100a01100a02100a03');
    expect(await handler.command(`withdraw attributes next-hop 192.0.2.9 origin egp ${nlri}`)).toEqual(DONE);
    await peer.update('100a01100a02100a030000');
  });

  it('a route that is announced twice is sent again only when it differs', async () => {
    const { handler, peer } = await running();
    await handler.command('announce route 198.51.100.0/24 next-hop self med 1');
    await peer.update('18c63364');
    await handler.command('announce route 198.51.100.0/24 next-hop self med 2');
    await peer.update('80040400000002');
    await handler.command('announce route 192.0.2.0/24 next-hop self');
    await peer.update('18c00002');
    expect(peer.of(TYPE.update).filter((body) => body.includes('18c63364')).length).toBe(2);
  });

  it('announce families by name, End-of-RIB and refresh', async () => {
    const { handler, peer } = await running();
    await peer.next(TYPE.update);
    expect(await handler.command('announce ipv4 unicast 198.51.100.0/24 next-hop self')).toEqual(DONE);
    await peer.update('18c63364');
    const before = peer.of(TYPE.update).length;
    expect(await handler.command('announce eor ipv4 unicast')).toEqual(DONE);
    expect(await peer.next(TYPE.update, before + 1)).toBe(EOR);
    expect(await handler.command('announce route-refresh ipv4 unicast')).toEqual(DONE);
    expect(await peer.next(TYPE.refresh)).toBe('00010001');
  });

  it('a refresh of the peer brings every route again, and is told', async () => {
    const { handler, peer } = await running('static { route 198.51.100.0/24 next-hop self; }');
    await peer.update('18c63364');
    peer.send(raw(TYPE.refresh, '00010001'));
    await eventually(() => peer.of(TYPE.update).filter((body) => body.includes('18c63364')).length === 2);
    expect((await handler.event('refresh')).neighbor['route-refresh']).toMatchObject({
      afi: 'ipv4',
      safi: 'unicast',
    });
  });

  it('name the neighbors that they concern', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    const conf = [2, 3, 4].map((n) => neighborConf({ port, peer: `127.0.0.${n}`, peerAs: '65002' }));
    await Daemon.run(dir, processConf(handler.run) + conf.join(''));
    const peers: RawPeer[] = [];
    for (const n of [2, 3, 4]) {
      peers.push(await RawPeer.established({ port, from: `127.0.0.${n}` }, { id: `c000020${n}` }));
      await handler.up(`127.0.0.${n}`);
    }
    const seen = (octets: string) =>
      peers.map((peer) => peer.of(TYPE.update).some((body) => body.includes(octets)));
    const rows = [
      ['neighbor 127.0.0.2', [true, false, false]],
      ['neighbor 127.0.0.2, neighbor 127.0.0.4', [true, false, true]],
      ['neighbor *', [true, true, true]],
      ['neighbor 127.0.0.3 local-as 65001 peer-as 65002 router-id 192.0.2.1', [false, true, false]],
      ['neighbor 127.0.0.3 local-ip 127.0.0.1 family-allowed in-open', [false, true, false]],
      ['', [true, true, true]],
    ] as const;
    for (const [i, [selector, who]] of rows.entries()) {
      expect(await handler.command(`${selector} announce route 10.${i}.0.0/16 next-hop self`)).toEqual(DONE);
      await eventually(() => seen(`100a0${i}`).join() === who.join(), {
        why: () => `${selector}: ${seen(`100a0${i}`)}`,
      });
    }
    for (const nobody of [
      'neighbor 127.0.0.9',
      'neighbor 127.0.0.3 peer-as 1',
      'neighbor 127.0.0.2 local-ip 127.0.0.8',
    ]) {
      expect(await handler.command(`${nobody} announce route 10.99.0.0/16 next-hop self`)).toEqual(ERROR);
    }
    expect(seen('100a63')).toEqual([false, false, false]);
  });

  it('a process commands only the neighbors whose api names it', async () => {
    const dir = workspace();
    const port = await freePort();
    const [mine, other] = [new Driven(dir, 'mine'), new Driven(dir, 'other')];
    await Daemon.run(
      dir,
      processConf(mine.run, 'mine') +
        processConf(other.run, 'other') +
        neighborConf({ port, peer: '127.0.0.2', process: 'mine' }),
    );
    const peer = await RawPeer.established({ port });
    await mine.up();
    expect(await other.command('announce route 10.1.0.0/16 next-hop self')).toEqual(ERROR);
    expect(await mine.command('announce route 10.2.0.0/16 next-hop self')).toEqual(DONE);
    await peer.update('100a02');
    expect(peer.of(TYPE.update).join()).not.toContain('100a01');
    expect(other.events()).toEqual([]);
  });

  it('teardown carries a text, the session comes again with all routes', async () => {
    const { handler, peer, port } = await running('static { route 198.51.100.0/24 next-hop self; }');
    await handler.command('announce route 203.0.113.0/24 next-hop self');
    await peer.update('18cb0071');
    expect(await handler.command('neighbor 127.0.0.2 teardown 2 maintenance at noon')).toEqual(DONE);
    const text = Buffer.from('maintenance at noon');
    expect(await peer.next(TYPE.notification)).toBe(
      `0602${Buffer.from([text.length]).toString('hex')}${text.toString('hex')}`,
    );
    await peer.whenClosed();
    await handler.event('state', ({ neighbor }) => neighbor.state === 'down');
    const again = await RawPeer.established({ port });
    await again.update('18c63364');
    await again.update('18cb0071');
    await again.update(EOR);
  });

  it('teardown with a subcode that carries no text is refused with one', async () => {
    const { handler, peer } = await running();
    expect(await handler.command('neighbor 127.0.0.2 teardown 6 why')).toEqual(ERROR);
    expect(await handler.command('neighbor 127.0.0.2 teardown 999')).toEqual(ERROR);
    expect(peer.of(TYPE.notification)).toEqual([]);
    expect(await handler.command('neighbor 127.0.0.2 teardown 6')).toEqual(DONE);
    expect(await peer.next(TYPE.notification)).toMatch(/^0606/);
  });

  it('show neighbors and tables', async () => {
    const { handler, peer } = await running(
      'adj-rib-in true; static { route 198.51.100.0/24 next-hop 192.0.2.9 med 3; }',
    );
    await peer.update('18c63364');
    peer.send(rawUpdate({ nlri: '18c00002' }));
    await handler.event('update', ({ neighbor }) => neighbor.message.update !== undefined);
    const summary = await handler.command('show neighbor summary');
    expect(summary[0]).toBe('Peer            AS        up/down state       |     #sent     #recvd');
    expect(summary[1]).toMatch(/^127\.0\.0\.2 {7}65002 +0:00:0\d established +\d+ +1$/);
    const extensive = (await handler.command('show neighbor 127.0.0.2 extensive')).join('\n');
    expect(extensive).toMatch(/state +ESTABLISHED/);
    expect(extensive).toMatch(/AS +65001 +65002/);
    const [json = ''] = await handler.command('show neighbor json');
    expect(JSON.parse(json)).toMatchObject([
      { state: 'up', fsm: 'ESTABLISHED', peer: { address: '127.0.0.2', as: 65002 } },
    ]);
    expect(await handler.command('show adj-rib out')).toEqual([
      '127.0.0.2 ipv4 unicast 198.51.100.0/24 next-hop 192.0.2.9',
      'done',
    ]);
    expect((await handler.command('show adj-rib out extensive'))[0]).toBe(
      'neighbor 127.0.0.2 local-ip 127.0.0.1 local-as 65001 peer-as 65002 router-id 192.0.2.1 family-allowed in-open ipv4 unicast 198.51.100.0/24 next-hop 192.0.2.9 med 3',
    );
    expect(await handler.command('show adj-rib in')).toEqual([
      '127.0.0.2 ipv4 unicast 192.0.2.0/24 next-hop 127.0.0.2',
      'done',
    ]);
    expect(await handler.command('show adj-rib in 127.0.0.9')).toEqual(DONE);
    expect(await handler.command('clear adj-rib in')).toEqual(DONE);
    expect(await handler.command('show adj-rib in')).toEqual(DONE);
  });

  it('flush and clear', async () => {
    const { handler, peer } = await running('static { route 198.51.100.0/24 next-hop self; }');
    await peer.update('18c63364');
    expect(await handler.command('flush adj-rib out')).toEqual(DONE);
    await eventually(() => peer.of(TYPE.update).filter((body) => body.includes('18c63364')).length === 2);
    expect(await handler.command('clear adj-rib out')).toEqual(DONE);
    await peer.update('000418c633640000');
    expect(await handler.command('show adj-rib out')).toEqual(DONE);
  });

  it('watchdogs hold routes back and let them go', async () => {
    const { handler, peer } = await running(
      'static { route 198.51.100.0/24 next-hop self watchdog dog withdraw; route 203.0.113.0/24 next-hop self; }',
    );
    await peer.update('18cb0071');
    await peer.update(EOR);
    expect(peer.of(TYPE.update).join()).not.toContain('18c63364');
    expect(await handler.command('announce watchdog dog')).toEqual(DONE);
    await peer.update('18c63364');
    expect(await handler.command('withdraw watchdog dog')).toEqual(DONE);
    await peer.update('000418c633640000');
  });

  it('information about the program', async () => {
    const { handler, daemon } = await running();
    expect(await handler.command('version')).toEqual([
      expect.stringMatching(/^peerline \d+\.\d+\.\d+/),
      'done',
    ]);
    const help = await handler.command('help');
    for (const words of ['announce route', 'show adj-rib', 'teardown', 'shutdown'])
      expect(help.join('\n')).toContain(words);
    const [pong = ''] = await handler.command('ping');
    expect(JSON.parse(pong)).toMatchObject({ pong: expect.stringMatching(/^[0-9a-f-]{36}$/), active: true });
    expect((await handler.command('status')).join('\n')).toMatch(
      new RegExp(`PID: ${daemon.pid}[\\s\\S]*ESTABLISHED`),
    );
    expect(await handler.command('# a comment')).toEqual(DONE);
  });

  it('acknowledgements can be switched off and on', async () => {
    const { handler } = await running();
    expect(await handler.command('disable-ack')).toEqual(DONE);
    let before = handler.replies.length;
    handler.write('nonsense\nversion\nannounce route 10.1.0.0/16 next-hop self\nenable-ack\n');
    expect(await handler.reply(before)).toEqual([expect.stringMatching(/^peerline /), 'done']);
    before = handler.replies.length;
    handler.write('silence-ack\nversion\nenable-ack\n');
    expect(await handler.reply(before)).toEqual([expect.stringMatching(/^peerline /), 'done']);
    expect(handler.replies.length).toBe(before + 2);
  });

  it.each([
    ['nonsense'],
    [''],
    ['announce'],
    ['announce route 10.0.0.0/8'],
    ['announce route 10.0.0.0/33 next-hop self'],
    ['announce route 10.0.0.0/8 next-hop self med 4294967296'],
    ['announce route 10.0.0.0/8 next-hop self colour blue'],
    ['announce eor ipv4 nothing'],
    ['announce route-refresh'],
    ['ANNOUNCE route 10.0.0.0/8 next-hop self'],
    ['announce route 10.0.0.0/8 { next-hop self { } }'],
    ['"unclosed'],
    ['{"type":"update"}'],
  ])('%s is refused and changes nothing', async (line) => {
    const { handler, daemon, peer } = await running();
    expect(await handler.command(line)).toEqual(ERROR);
    await daemon.logged('command refused', { process: 'driven' });
    expect(peer.of(TYPE.update).filter((body) => body !== EOR)).toEqual([]);
    expect(await handler.command('version')).toHaveLength(2);
  });

  it('octets that are no text, and lines without end', async () => {
    const { handler, daemon, peer } = await running();
    const before = handler.replies.length;
    handler.write(Uint8Array.from([0xff, 0xfe, 0x00, 0x07, 0x1b, 0x80, 0x0a]));
    expect(await handler.reply(before)).toEqual(ERROR);
    handler.write('vers');
    await eventually(() => true);
    handler.write('ion\r\n');
    expect(await handler.reply(before + 1)).toHaveLength(2);
    const entry = await daemon.logged('command refused');
    expect(String(entry.command)).toMatch(/^[\x20-\x7e\ufffd\u0080-\uffff]*$/);
    expect(peer.closed).toBe(false);
  });

  it('reasons are told when they are asked for', async () => {
    const { handler } = await running('', { peerline_api_reasons: 'true' });
    expect(await handler.command('announce rout 10.0.0.0/8')).toEqual([
      expect.stringMatching(/^error: column 10: found 'rout', expected .*did you mean 'route'\?$/),
      'error',
    ]);
  });

  it('version 6 of the API tells reasons by itself', async () => {
    const { handler } = await running('', { peerline_api_version: '6' });
    expect(await handler.command('peer 127.0.0.9 announce route 10.0.0.0/8 next-hop self')).toEqual([
      expect.stringMatching(/^error: .*no neighbor matches/),
      'error',
    ]);
  });

  it('a route before the session is sent when it comes up', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    await Daemon.run(dir, processConf(handler.run) + neighborConf({ port }));
    expect(await handler.command('announce route 198.51.100.0/24 next-hop self')).toEqual(DONE);
    expect(await handler.command('announce route 203.0.113.0/24 next-hop self')).toEqual(DONE);
    expect(await handler.command('withdraw route 203.0.113.0/24')).toEqual(DONE);
    expect(await handler.command('announce eor ipv4 unicast')).toEqual(ERROR);
    const peer = await RawPeer.established({ port });
    await peer.update('18c63364');
    await peer.update(EOR);
    expect(peer.of(TYPE.update).join()).not.toContain('cb0071');
  });

  it('shutdown ends the daemon and its sessions', async () => {
    const { handler, daemon, peer } = await running();
    const before = handler.replies.length;
    handler.write('shutdown\n');
    expect(await handler.reply(before)).toEqual(['shutdown in progress', 'done']);
    expect(await daemon.exited).toBe(0);
    await peer.whenClosed();
    expect(handler.events('notification').at(-1)).toMatchObject({ notification: 'shutdown' });
  });

  it('restart ends sessions and processes, and they come again', async () => {
    const { handler, daemon, peer, port } = await running();
    expect(await handler.command('restart')).toEqual(['restart in progress', 'done']);
    await peer.whenClosed();
    await daemon.logged('process started', { process: 'driven' }, 2);
    await RawPeer.established({ port });
    await handler.up('127.0.0.2', 2);
  });

  it('teardown without a session is done, and changes nothing', async () => {
    const dir = workspace();
    const handler = new Driven(dir);
    const port = await freePort();
    await Daemon.run(dir, processConf(handler.run) + neighborConf({ port }));
    const reply = await handler.command('neighbor 127.0.0.2 teardown 4');
    expect(reply).toEqual(DONE);
    await RawPeer.established({ port });
    await handler.up();
  });
});
