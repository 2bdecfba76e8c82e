import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { message } from '../../src/bgp/header.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage } from '../../src/bmp/messages.ts';
import { header, initiation, monitoring, peerUp, update } from '../bmp/samples.ts';
import { Background } from '../support/background.ts';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { daemonSuite } from './lab.ts';

const PREFIXES = Array.from({ length: 10_000 }, (_, i) => `20.${i >> 8}.${i & 255}.0/24`);
/** Prefixes of one UPDATE. */
const TOGETHER = 50;
const CHANGED = PREFIXES.slice(0, 1000);
const WITHDRAWN = PREFIXES.slice(-1000);
/** What one session received. */
const SOME = PREFIXES.slice(0, 200);

function messages(prefixes: readonly string[], make: (some: readonly string[]) => Uint8Array): BmpMessage[] {
  const parts = Array.from({ length: prefixes.length / TOGETHER }, (_, i) =>
    prefixes.slice(i * TOGETHER, (i + 1) * TOGETHER),
  );
  return parts.map((some) => monitoring(make(some)));
}

/** An UPDATE that withdraws prefixes of 24 bits. */
function withdrawal(prefixes: readonly string[]): Uint8Array {
  return message('update', (w) => {
    w.u16Length('withdrawn', () => {
      for (const prefix of prefixes)
        w.u8(24).octets(Uint8Array.from(prefix.split('.').slice(0, 3).map(Number)));
    }).u16(0);
  });
}

interface PmacctLine {
  readonly bmp_msg_type?: string;
  readonly log_type?: string;
  readonly ip_prefix?: string;
  readonly as_path?: string;
  readonly peer_ip?: string;
  readonly peer_asn?: number;
  readonly local_port?: number;
  readonly is_in?: number;
  readonly is_out?: number;
  readonly reason_type?: number;
  readonly counter_type?: number;
  readonly counter_value?: number;
  readonly bmp_init_info_sysname?: string;
}

function linesOf(file: string): PmacctLine[] {
  if (!existsSync(file)) return [];
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return whole.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

function pmbmpd(dir: string, port: number): string {
  const file = join(dir, 'told.json');
  const lines = [
    'daemonize: false',
    'bmp_daemon_ip: 127.0.0.1',
    `bmp_daemon_port: ${port}`,
    `bmp_daemon_msglog_file: ${file}`,
    'bmp_daemon_msglog_output: json',
    '',
  ];
  writeFileSync(join(dir, 'pmbmpd.conf'), lines.join('\n'));
  const program = new Background('pmbmpd', ['-f', join(dir, 'pmbmpd.conf')], { cwd: dir });
  onTestFinished(() => program.stop());
  return file;
}

daemonSuite({ name: 'pmacct behind our relay', program: 'pmbmpd' }, () => {
  it('reads of a router what the router said', async () => {
    const dir = workspace();
    const [ours, theirs] = [await freePort(), await freePort()];
    const file = pmbmpd(dir, theirs);
    const handler = new Driven(dir);
    const daemon = await Daemon.run(
      dir,
      `${processConf(handler.run)}
bmp {
  listen 127.0.0.1:${ours};
  relay 127.0.0.1:${theirs} { directory ${dir}/spool; }
  api { processes [ driven ]; receive { parsed; update; } }
}
`,
    );
    await daemon.logged('process started');
    const router = connect(ours, '127.0.0.1');
    onTestFinished(() => void router.destroy());
    const all: BmpMessage[] = [
      initiation('edge1'),
      { type: 'peer-up', peer: header(), up: peerUp() },
      ...messages(PREFIXES, (some) => update(some)),
      ...messages(CHANGED, (some) => update(some, { asns: [65002, 7] })),
      ...messages(WITHDRAWN, withdrawal),
    ];
    for (const one of all) router.write(encodeBmp(one));
    const total = PREFIXES.length + CHANGED.length + WITHDRAWN.length;
    const its = () => linesOf(file).filter(({ ip_prefix: prefix }) => prefix !== undefined);
    await eventually(() => its().length >= total, { ms: 60_000, why: () => `${its().length} routes` });
    const theirTold = its().map(({ log_type: type, ip_prefix: prefix, as_path: path }) =>
      `${type} ${prefix} ${path ?? ''}`.trim(),
    );
    const ourTold = () => handler.events('update').flatMap(({ neighbor }) => toldBy(neighbor.message.update));
    await eventually(() => ourTold().length >= total, { ms: 60_000 });
    expect(theirTold.sort()).toEqual(ourTold().sort());
    expect(new Set(its().map(({ peer_ip: peer }) => peer))).toEqual(new Set(['198.51.100.1']));
    expect(linesOf(file).some(({ bmp_init_info_sysname: name }) => name === 'edge1')).toBe(true);
  }, 120_000);
});

interface OurUpdate {
  readonly attribute?: {
    readonly 'as-path'?: Readonly<Record<string, { readonly value: readonly number[] }>>;
  };
  readonly announce?: Readonly<
    Record<string, Readonly<Record<string, readonly { readonly nlri: string }[]>>>
  >;
  readonly withdraw?: Readonly<Record<string, readonly { readonly nlri: string }[]>>;
}

/** An update as pmacct has it: a line for each route. */
function toldBy({ attribute = {}, announce = {}, withdraw = {} }: OurUpdate): string[] {
  const path = Object.values(attribute['as-path'] ?? {}).flatMap(({ value }) => value);
  const announced = Object.values(announce).flatMap((hops) => Object.values(hops).flat());
  return [
    ...announced.map(({ nlri }) => `update ${nlri} ${path.join(' ')}`.trim()),
    ...Object.values(withdraw).flatMap((routes) => routes.map(({ nlri }) => `withdraw ${nlri}`)),
  ];
}

daemonSuite({ name: 'pmacct behind our export', program: 'pmbmpd' }, () => {
  it('reads of our sessions what they received and sent', async () => {
    const dir = workspace();
    const [bgp, station] = [await freePort(), await freePort()];
    const file = pmbmpd(dir, station);
    const handler = new Driven(dir);
    const daemon = await Daemon.run(
      dir,
      `${processConf(handler.run)}${neighborConf({ port: bgp })}
      bmp { export 127.0.0.1:${station} { sys-name edge1; statistics 1; } }\n`,
    );
    const peer = await RawPeer.established({ port: bgp });
    for (const prefix of SOME) peer.socket.write(update([prefix]));
    await handler.command('announce route 192.0.2.0/24 next-hop self');
    await handler.command('announce route 198.51.100.0/24 next-hop self');
    const told = (type: string) => linesOf(file).filter(({ bmp_msg_type: each }) => each === type);
    const routes = (way: 'is_in' | 'is_out') =>
      linesOf(file).filter((line) => line.log_type === 'update' && line[way] === 1);
    await eventually(
      () => routes('is_in').length >= SOME.length && routes('is_out').length >= 2 && told('stats').length > 0,
      { ms: 60_000, why: () => JSON.stringify(linesOf(file).slice(-5)) },
    );
    expect(new Set(routes('is_in').map(({ ip_prefix: prefix }) => prefix))).toEqual(new Set(SOME));
    expect(new Set(routes('is_out').map(({ ip_prefix: prefix }) => prefix))).toEqual(
      new Set(['192.0.2.0/24', '198.51.100.0/24']),
    );
    expect(new Set(routes('is_in').map(({ as_path: path }) => path))).toEqual(new Set(['65002 65003']));
    expect(new Set(routes('is_out').map(({ as_path: path }) => path))).toEqual(new Set(['65001']));
    expect(told('peer_up')).toMatchObject([{ peer_ip: '127.0.0.2', peer_asn: 65002, local_port: bgp }]);
    expect(told('init').some(({ bmp_init_info_sysname: name }) => name === 'edge1')).toBe(true);
    await eventually(
      () => told('stats').some((line) => line.counter_type === 7 && line.counter_value === SOME.length),
      { why: () => JSON.stringify(told('stats').slice(-12)) },
    );
    peer.socket.destroy();
    await eventually(() => told('peer_down').length > 0, {
      why: () => JSON.stringify(linesOf(file).slice(-3)),
    });
    expect(told('peer_down')).toMatchObject([{ reason_type: 4 }]);
    await daemon.stop();
    await eventually(() => told('term').length > 0, { why: () => JSON.stringify(linesOf(file).slice(-3)) });
  }, 120_000);
});
