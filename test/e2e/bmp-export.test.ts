import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BmpReader } from '../support/bmp-reader.ts';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { ATTRIBUTES, RawPeer, raw, rawOpen, rawUpdate, TYPE } from '../support/raw-peer.ts';

const TEN = '080a';
const ELEVEN = '080b';
const END_OF_RIB = '00000000';
const route = (nlri: string, attributes = ATTRIBUTES) => rawUpdate({ nlri, attributes });
const bodyOf = (message: string) => message.replace(/\s/g, '').slice(38);
const SECTION = (text: string) => `bmp { ${text} }\n`;

async function running({ bmp, more = '' }: { bmp: string; more?: string }) {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const conf =
    processConf(handler.run) +
    neighborConf({ port, more, receive: 'parsed; open; update; notification; ' }).replace(
      'receive {',
      'send { parsed; update; }\n        receive {',
    );
  const file = join(dir, 'peerline.conf');
  writeFileSync(file, conf + bmp);
  const daemon = await Daemon.start(file);
  await daemon.logged('process started');
  return { file, port, handler, daemon };
}

describe('export of our own sessions', () => {
  it('tells our own station what the session itself tells: one path', async () => {
    const bmp = await freePort();
    const { port, handler, daemon } = await running({
      bmp: SECTION(`listen 127.0.0.1:${bmp};
        export 127.0.0.1:${bmp} { sys-name us; }
        api { processes [ driven ]; neighbor-changes; receive { parsed; open; update; notification; } send { parsed; update; } }`),
    });
    await handler.event('bmp', ({ bmp: told }) => told.message === 'initiation');
    const peer = await RawPeer.established({ port });
    peer.send(route(TEN) + route(ELEVEN) + raw(TYPE.update, END_OF_RIB));
    await handler.command('announce route 192.0.2.0/24 next-hop self community [ 65001:1 ]');
    await peer.update('18c00002');
    peer.send(rawUpdate({ withdrawn: TEN, attributes: '' }));
    const told = (bmp: boolean) => handler.events().filter((event) => (event.bmp !== undefined) === bmp);
    const updates = (bmp: boolean, direction: string) =>
      told(bmp)
        .filter(({ type, neighbor }) => type === 'update' && neighbor.direction === direction)
        .map(({ neighbor }) => neighbor.message);
    await eventually(() => updates(true, 'receive').length === 4 && updates(true, 'send').length === 2, {
      why: () => handler.lines.join('\n'),
    });
    expect(updates(true, 'receive')).toEqual(updates(false, 'receive'));
    expect(updates(true, 'send')).toEqual(updates(false, 'send'));
    const opens = (bmp: boolean) =>
      told(bmp)
        .filter(({ type }) => type === 'open')
        .map(({ neighbor }) => neighbor.open ?? neighbor.message);
    expect(opens(true).at(-1)).toEqual(opens(false).at(-1));
    peer.send(raw(TYPE.notification, '0604'));
    await handler.event('state', ({ bmp: of, neighbor }) => of !== undefined && neighbor.state === 'down');
    const ends = (bmp: boolean) =>
      told(bmp)
        .filter(({ type }) => type === 'notification')
        .map(({ neighbor }) => neighbor.notification ?? neighbor.message);
    await eventually(() => ends(true).length === 1 && ends(false).length === 1);
    expect(ends(true)).toEqual(ends(false));
    expect(daemon.log.some(({ msg }) => msg === 'BMP export connected')).toBe(true);
  });

  it('a station that comes late is told Initiation, Peer Ups, the tables and their end, then what happens', async () => {
    const station = await freePort();
    const { port, handler, daemon } = await running({
      bmp: SECTION(`export listen 127.0.0.1:${station} {
        adj-rib-in-pre-policy; adj-rib-out-pre-policy; adj-rib-out-post-policy;
        sys-name edge1; sys-descr "a speaker"; statistics 1; }`),
      more: 'description "the other side";',
    });
    const peer = await RawPeer.connect({ port });
    const open = rawOpen();
    peer.send(open);
    await peer.next(TYPE.open);
    peer.send(
      raw(TYPE.keepalive) + route(TEN) + route(ELEVEN) + rawUpdate({ withdrawn: ELEVEN, attributes: '' }),
    );
    await handler.command('announce route 192.0.2.0/24 next-hop self');
    const sent = await peer.update('18c00002');
    await handler.event(
      'update',
      (event) => JSON.stringify(event).includes('11.0.0.0/8') && JSON.stringify(event).includes('withdraw'),
    );

    const late = await BmpReader.connect(station);
    await late.next('route-monitoring', 6);
    const { tlvs } = (await late.next('initiation')).initiation;
    expect(tlvs.map(({ word, text }) => [word, text])).toEqual([
      ['sys-descr', 'a speaker'],
      ['sys-name', 'edge1'],
    ]);
    const { peer: header, up } = await late.next('peer-up');
    expect(header).toMatchObject({ type: 0, flags: 0, as: 65002, id: 0xc0000202 });
    expect([...header.address]).toEqual([127, 0, 0, 2]);
    expect([...up.localAddress]).toEqual([127, 0, 0, 1]);
    expect([up.localPort, up.remotePort]).toEqual([port, peer.socket.localPort]);
    expect(Buffer.from(up.receivedOctets).toString('hex')).toBe(open.replace(/\s/g, ''));
    expect(Buffer.from(up.sentOctets.subarray(19)).toString('hex')).toBe(await peer.next(TYPE.open));
    expect(up.tlvs).toMatchObject([{ word: 'string', text: 'the other side' }]);
    expect(late.short().slice(0, 8)).toEqual([
      'initiation',
      'peer-up',
      `00 ${bodyOf(route(TEN))}`,
      `00 ${END_OF_RIB}`,
      `10 ${sent}`,
      `10 ${END_OF_RIB}`,
      `50 ${sent}`,
      `50 ${END_OF_RIB}`,
    ]);
    const { statistics } = await late.next('statistics');
    const value = (word: string) => statistics.find((each) => each.word === word)?.value;
    expect(value('adj-rib-in-routes')).toBe(1n);
    expect(value('adj-rib-in-pre-policy-routes')).toBe(1n);
    expect(value('adj-rib-out-post-policy-routes')).toBe(1n);
    expect(value('family-adj-rib-out-pre-policy-routes')).toBe(1n);
    expect(value('duplicate-advertisements')).toBe(0n);
    const before = late.of('route-monitoring').length;
    peer.send(route(TEN));
    await late.next('route-monitoring', before + 1);
    expect(late.short()).toContain(`00 ${bodyOf(route(TEN))}`);

    const closing = daemon.stop();
    const { reason } = await late.next('peer-down');
    expect(reason).toMatchObject({ word: 'local-notification', notification: { code: 6, subcode: 2 } });
    expect((await late.next('termination')).termination.reason).toBe('administratively-closed');
    await eventually(() => late.closed);
    await closing;
  });

  it('says why a session went down: by whom, and how', async () => {
    const station = await freePort();
    const { port, handler } = await running({ bmp: SECTION(`export listen 127.0.0.1:${station};`) });
    const late = await BmpReader.connect(station);
    const first = await RawPeer.established({ port });
    await late.next('peer-up', 1);
    first.socket.destroy();
    expect((await late.next('peer-down', 1)).reason).toMatchObject({ code: 4 });
    const second = await RawPeer.established({ port });
    await late.next('peer-up', 2);
    second.send(raw(TYPE.notification, '0602'));
    expect((await late.next('peer-down', 2)).reason).toMatchObject({
      code: 3,
      notification: { code: 6, subcode: 2 },
    });
    await RawPeer.established({ port });
    await late.next('peer-up', 3);
    await handler.command('neighbor 127.0.0.2 teardown 4');
    expect((await late.next('peer-down', 3)).reason).toMatchObject({
      code: 1,
      notification: { code: 6, subcode: 4 },
    });
  });

  it('two-octet AS paths have the A flag, and messages that end a session are mirrored where asked for', async () => {
    const station = await freePort();
    const { port } = await running({
      bmp: SECTION(`export listen 127.0.0.1:${station} { adj-rib-in; route-mirroring; }`),
    });
    const late = await BmpReader.connect(station);
    const peer = await RawPeer.established({ port }, { capabilities: '0206 0104 00010001' });
    const twoOctets = route(TEN, '40010100 400204 0201 fdea 400304 7f000002');
    peer.send(twoOctets);
    const { peer: header } = await late.next('route-monitoring');
    expect(header.flags).toBe(0x20);
    const bad = raw(TYPE.update, '0000 0010 0a0b0c');
    peer.send(bad);
    const mirrored = await late.next('route-mirroring');
    expect(mirrored.information?.word).toBe('errored-pdu');
    expect(Buffer.from(mirrored.octets ?? []).toString('hex')).toBe(bad);
    expect((await late.next('peer-down')).reason.code).toBe(1);
  });

  it('a reload adds and removes exports, and sessions that are up are told to a new one', async () => {
    const [first, second] = [await freePort(), await freePort()];
    const { file, port, handler, daemon } = await running({
      bmp: SECTION(`export listen 127.0.0.1:${first} { adj-rib-in; }`),
    });
    const peer = await RawPeer.established({ port });
    peer.send(route(TEN));
    await handler.command('announce route 192.0.2.0/24 next-hop self');
    const sent = await peer.update('18c00002');
    const old = await BmpReader.connect(first);
    await old.next('peer-up');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/export listen [^}]*}/, `export listen 127.0.0.1:${second};`));
    daemon.kill('SIGUSR1');
    expect((await old.next('termination')).termination.reason).toBe('permanently-closed');
    await daemon.logged('BMP export waits for stations', {}, 2);
    const late = await BmpReader.connect(second);
    await eventually(() => late.short().includes(`50 ${sent}`), { why: () => late.short().join('\n') });
    await eventually(() => late.short().includes(`00 ${bodyOf(route(TEN))}`), {
      why: () => late.short().join('\n'),
    });
  });
});
