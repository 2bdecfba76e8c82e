import { describe, expect, it } from 'vitest';
import {
  EnvironmentError,
  environmentWarnings,
  listEnvironment,
  readEnvironment,
} from '../../src/config/environment.ts';

describe('readEnvironment', () => {
  it('has defaults', () => {
    const environment = readEnvironment({});
    expect(environment.tcp).toEqual({ bind: [], port: 179, delay: 0, once: false, attempts: 0, acl: false });
    expect(environment.bgp).toEqual({ openwait: 60, passive: false, paths_limit_audit: true });
    expect(environment.api).toMatchObject({ ack: true, encoder: 'text', respawn: true, version: 5 });
    expect(environment.daemon).toMatchObject({ user: '', umask: 0o137 });
    expect(environment.log).toMatchObject({ level: 'INFO', destination: 'stderr', short: false });
  });

  it.each<[Record<string, string>, string, number]>([
    [{ 'exabgp.tcp.port': '1' }, '', 1],
    [{ exabgp_tcp_port: '2' }, '', 2],
    [{ 'exabgp.tcp.port': '1', exabgp_tcp_port: '2' }, '', 1],
    [{ peerline_tcp_port: '3', 'exabgp.tcp.port': '1' }, '', 3],
    [{ 'peerline.tcp.port': '4', peerline_tcp_port: '3' }, '', 4],
    [{}, '# file\n[exabgp.tcp]\nport = 5\n', 5],
    [{}, "[exabgp.tcp]\nport='6'\n[exabgp.log]\nlevel = DEBUG", 6],
    [{ exabgp_tcp_port: '2' }, '[exabgp.tcp]\nport = 5\n', 2],
  ])('%j %j gives port %i', (env, ini, port) => {
    expect(readEnvironment(env, ini).tcp.port).toBe(port);
  });

  it.each<[Record<string, string>, object]>([
    [{ exabgp_tcp_bind: '127.0.0.1 ::1' }, { tcp: { bind: ['127.0.0.1', '::1'] } }],
    [{ exabgp_tcp_connections: '1' }, { tcp: { attempts: 1 } }],
    [{ exabgp_api_show_routes_format: 'v2' }, { api: { 'show-routes-format': 'v2' } }],
    [{ exabgp_log_level: 'crit' }, { log: { level: 'CRITICAL' } }],
    [{ exabgp_log_all: 'Yes' }, { log: { all: true } }],
    [{ exabgp_api_ack: '' }, { api: { ack: false } }],
    [{ exabgp_daemon_umask: '0022' }, { daemon: { umask: 0o22 } }],
    [{ exabgp_reactor_speed: '1.5' }, { reactor: { speed: 1.5 } }],
  ])('%j', (env, expected) => {
    expect(readEnvironment(env)).toMatchObject(expected);
  });

  it('names every wrong variable and what is allowed', () => {
    const env = { exabgp_tcp_port: '0', 'exabgp.log.level': 'BAD', peerline_api_ack: 'maybe' };
    expect(() => readEnvironment(env, '[exabgp.bgp]\nopenwait = soon')).toThrow(EnvironmentError);
    try {
      readEnvironment(env, '[exabgp.bgp]\nopenwait = soon');
    } catch (err) {
      expect((err as EnvironmentError).problems).toEqual([
        "peerline_api_ack: found 'maybe', expected true or false (1, yes, on, enable; 0, no, off, disable)",
        "file [exabgp.bgp] openwait: found 'soon', expected a number from 1 to 65535",
        "exabgp.log.level: found 'BAD', expected one of FATAL, CRITICAL, ERROR, WARNING, INFO, DEBUG, NOTSET",
        "exabgp_tcp_port: found '0', expected a number from 1 to 65535",
      ]);
    }
  });
});

describe('environmentWarnings', () => {
  it.each<[Record<string, string>, string, string[]]>([
    [{ exabgp_tcp_port: '1790', PEERLINE_X: '1', exabgp_x: '1', 'exabgp.log.level': 'INFO' }, '', []],
    [{ exabgp_api_show_routes_format: 'v1', exabgp_reactor_speed: '1' }, '', []],
    [
      { exabgp_debug_route: 'abc' },
      '',
      ["exabgp_debug_route is without effect: 'peerline decode' shows how octets are read"],
    ],
    [
      { peerline_tcp_prot: '1' },
      '[exabgp.log]\nfoo = bar\npackets = yes',
      [
        'file [exabgp.log] packets is without effect: processes are told it as events, the log is not',
        "peerline_tcp_prot: there is no such setting; did you mean 'tcp.port'?",
        'file [exabgp.log] foo: there is no such setting',
      ],
    ],
  ])('of %j and %j', (env, ini, expected) => {
    expect(environmentWarnings(env, ini)).toEqual(expected);
  });
});

describe('listEnvironment', () => {
  it('has a line for each variable, with where it comes from', () => {
    const lines = listEnvironment({ exabgp_tcp_port: '1790' }, '[exabgp.daemon]\nuser = exa');
    expect(lines.length).toBeGreaterThan(45);
    expect(lines.find((line) => line.name === 'exabgp.tcp.port')).toEqual({
      name: 'exabgp.tcp.port',
      value: '1790',
      fallback: '179',
      meaning: 'port to listen on and to connect to',
      expected: 'a number from 1 to 65535',
      from: 'exabgp_tcp_port',
      idle: false,
    });
    expect(lines.find((line) => line.name === 'exabgp.daemon.user')).toMatchObject({
      value: 'exa',
      from: 'file [exabgp.daemon] user',
    });
    expect(lines.find((line) => line.name === 'exabgp.daemon.umask')).toMatchObject({
      value: '0137',
      from: undefined,
    });
  });
});
