import { describe, expect, it } from 'vitest';
import { PINO_LEVELS } from '../../src/cli/log-levels.ts';
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
    const env = {
      exabgp_tcp_port: '0',
      exabgp_tcp_bind: '127.0.0.1 localhost',
      'exabgp.log.level': 'BAD',
      peerline_api_ack: 'maybe',
    };
    expect(() => readEnvironment(env, '[exabgp.bgp]\nopenwait = soon')).toThrow(EnvironmentError);
    try {
      readEnvironment(env, '[exabgp.bgp]\nopenwait = soon');
    } catch (err) {
      expect((err as EnvironmentError).problems).toEqual([
        "peerline_api_ack: found 'maybe', expected true or false (1, yes, on, enable; 0, no, off, disable)",
        "file [exabgp.bgp] openwait: found 'soon', expected a number from 1 to 65535",
        "exabgp.log.level: found 'BAD', expected one of FATAL, CRITICAL, ERROR, WARNING, INFO, DEBUG, NOTSET",
        "exabgp_tcp_bind: found '127.0.0.1 localhost', expected IP addresses, blanks between",
        "exabgp_tcp_port: found '0', expected a number from 1 to 65535",
      ]);
    }
  });
});

/** Every setting of ExaBGP 3.4 to 6: its default here, a text of the kind that ExaBGP takes, what that is. */
const SETTINGS: readonly [name: string, fallback: string, text: string, value?: string][] = [
  ['api.ack', 'true', 'false'],
  ['api.chunk', '1', '25'],
  ['api.cli', 'true', 'no', 'false'],
  ['api.compact', 'false', 'yes', 'true'],
  ['api.encoder', 'text', 'json'],
  ['api.highres', 'false', 'true'],
  ['api.pipename', 'exabgp', "'second'", 'second'],
  ['api.respawn', 'true', '0', 'false'],
  ['api.show-routes-format', 'v1', 'v2'],
  ['api.socketname', 'exabgp', 'second'],
  ['api.socketpath', '', '/run/second.sock'],
  ['api.terminate', 'false', '1', 'true'],
  ['api.version', '5', '4'],
  ['bgp.openwait', '60', '15'],
  ['bgp.passive', 'false', 'on', 'true'],
  ['bgp.paths_limit_audit', 'true', 'off', 'false'],
  ['cache.attributes', 'true', 'false'],
  ['cache.nexthops', 'true', 'false'],
  ['compat.octets', 'rfc', 'exabgp6'],
  ['daemon.daemonize', 'false', 'true'],
  ['daemon.drop', 'true', 'false'],
  ['daemon.pid', '', '/run/exabgp.pid'],
  ['daemon.umask', '0137', "'0o022'", '022'],
  ['daemon.user', '', "'exabgp'", 'exabgp'],
  ['log.all', 'false', 'enable', 'true'],
  ['log.configuration', 'true', 'disable', 'false'],
  ['log.daemon', 'true', 'false'],
  ['log.destination', 'stderr', 'host:192.0.2.1'],
  ['log.enable', 'true', 'false'],
  ['log.level', 'INFO', 'DEBUG'],
  ['log.message', 'false', 'true'],
  ['log.network', 'true', 'false'],
  ['log.packets', 'false', 'true'],
  ['log.parser', 'false', 'true'],
  ['log.processes', 'true', 'false'],
  ['log.reactor', 'true', 'false'],
  ['log.rib', 'false', 'true'],
  ['log.routes', 'false', 'true'],
  ['log.short', 'false', 'true'],
  ['log.statistics', 'true', 'false'],
  ['log.timers', 'false', 'true'],
  ['pdb.enable', 'false', 'true'],
  ['profile.enable', 'false', 'true'],
  ['profile.file', '', '/tmp/profile'],
  ['reactor.speed', '1', '0.5'],
  ['tcp.acl', 'false', 'true'],
  ['tcp.attempts', '0', '3'],
  ['tcp.bind', '', '[127.0.0.1 ::1]', '127.0.0.1 ::1'],
  ['tcp.delay', '0', '5'],
  ['tcp.once', 'false', 'true'],
  ['tcp.port', '179', '1790'],
  ...['configuration', 'defensive', 'memory', 'pdb', 'rotate', 'route', 'selfcheck', 'timing'].map(
    (name): [string, string, string] => [`debug.${name}`, '', '1'],
  ),
];

describe('each setting of ExaBGP', () => {
  const shown = (name: string, env: Record<string, string>, ini = '') => {
    const line = listEnvironment(env, ini).find((each) => each.name === `exabgp.${name}`);
    return [line?.value, line?.from === undefined ? undefined : 'set'];
  };

  it.each(SETTINGS)('%s is %j, and can be %s', (name, fallback, text, value = text) => {
    const [section = '', key = ''] = name.split('.');
    const bare = text.replaceAll("'", '');
    expect(shown(name, {})).toEqual([fallback, undefined]);
    const spellings = ['exabgp', 'peerline'].flatMap((prefix) => [
      `${prefix}.${name}`,
      `${prefix}_${section}_${key}`,
      `${prefix}_${section}_${key.replaceAll('-', '_')}`,
    ]);
    for (const spelling of spellings)
      expect(shown(name, { [spelling]: bare }), spelling).toEqual([value, 'set']);
    for (const written of [`${key} = ${text}`, `${key}=${text}`, `${key} : ${text}`, `\t${key}\t= ${text}\t`])
      expect(shown(name, {}, `[exabgp.${section}]\r\n${written}\r\n`), written).toEqual([value, 'set']);
  });

  it.each(['1', 'yes', 'on', 'enable', 'true', 'TRUE', 'Yes'])('%s is true', (text) => {
    expect(readEnvironment({ exabgp_log_all: text }).log.all).toBe(true);
  });

  it.each([
    ['EMERG', 'fatal'],
    ['ALERT', 'fatal'],
    ['CRIT', 'fatal'],
    ['ERR', 'error'],
    ['WARNING', 'warn'],
    ['NOTICE', 'info'],
    ['INFO', 'info'],
    ['DEBUG', 'debug'],
    ['FATAL', 'fatal'],
    ['CRITICAL', 'fatal'],
    ['ERROR', 'error'],
    ['NOTSET', 'trace'],
    ['warning', 'warn'],
  ])('log.level %s is %s of pino', (text, level) => {
    expect(PINO_LEVELS[readEnvironment({ exabgp_log_level: text }).log.level]).toBe(level);
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
