import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage } from '../../src/bmp/messages.ts';
import { header, initiation, monitoring, peerUp, update } from '../bmp/samples.ts';
import { Background } from '../support/background.ts';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { daemonSuite } from './lab.ts';

const PREFIXES = Array.from({ length: 200 }, (_, i) => `10.${i}.0.0/16`);

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
    await Daemon.run(
      dir,
      `bmp { listen 127.0.0.1:${ours}; relay 127.0.0.1:${theirs} { directory ${dir}/spool; } }\n`,
    );
    const router = connect(ours, '127.0.0.1');
    onTestFinished(() => void router.destroy());
    const messages: BmpMessage[] = [
      initiation('edge1'),
      { type: 'peer-up', peer: header(), up: peerUp() },
      ...PREFIXES.map((prefix) => monitoring(update([prefix]))),
    ];
    for (const message of messages) router.write(encodeBmp(message));
    const routes = () => linesOf(file).filter(({ log_type: type }) => type === 'update');
    await eventually(() => routes().length >= PREFIXES.length, {
      ms: 60_000,
      why: () => `${routes().length} routes`,
    });
    expect(new Set(routes().map(({ ip_prefix: prefix }) => prefix))).toEqual(new Set(PREFIXES));
    expect(new Set(routes().map(({ as_path: path }) => path))).toEqual(new Set(['65002 65003']));
    expect(new Set(routes().map(({ peer_ip: peer }) => peer))).toEqual(new Set(['198.51.100.1']));
    expect(linesOf(file).some(({ bmp_init_info_sysname: name }) => name === 'edge1')).toBe(true);
  }, 120_000);
});

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
    for (const prefix of PREFIXES) peer.socket.write(update([prefix]));
    await handler.command('announce route 192.0.2.0/24 next-hop self');
    await handler.command('announce route 198.51.100.0/24 next-hop self');
    const told = (type: string) => linesOf(file).filter(({ bmp_msg_type: each }) => each === type);
    const routes = (way: 'is_in' | 'is_out') =>
      linesOf(file).filter((line) => line.log_type === 'update' && line[way] === 1);
    await eventually(
      () =>
        routes('is_in').length >= PREFIXES.length && routes('is_out').length >= 2 && told('stats').length > 0,
      { ms: 60_000, why: () => JSON.stringify(linesOf(file).slice(-5)) },
    );
    expect(new Set(routes('is_in').map(({ ip_prefix: prefix }) => prefix))).toEqual(new Set(PREFIXES));
    expect(new Set(routes('is_out').map(({ ip_prefix: prefix }) => prefix))).toEqual(
      new Set(['192.0.2.0/24', '198.51.100.0/24']),
    );
    expect(new Set(routes('is_in').map(({ as_path: path }) => path))).toEqual(new Set(['65002 65003']));
    expect(new Set(routes('is_out').map(({ as_path: path }) => path))).toEqual(new Set(['65001']));
    expect(told('peer_up')).toMatchObject([{ peer_ip: '127.0.0.2', peer_asn: 65002, local_port: bgp }]);
    expect(told('init').some(({ bmp_init_info_sysname: name }) => name === 'edge1')).toBe(true);
    await eventually(
      () => told('stats').some((line) => line.counter_type === 7 && line.counter_value === PREFIXES.length),
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
