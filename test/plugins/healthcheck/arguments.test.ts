import { describe, expect, it } from 'vitest';
import { asksForHelp, parseArguments, UsageError } from '../../../plugins/healthcheck/arguments.ts';
import { helpText } from '../../../plugins/healthcheck/help.ts';
import { defaults, OPTION_NAMES } from '../../../plugins/healthcheck/options.ts';

const FILES: Readonly<Record<string, string>> = {
  'web.conf': `
# a comment
 debug
name = web
interval = 10.5
command = curl -sf "http://127.0.0.1/?a=b" # not a comment
ip = 192.0.2.1
local-preference = -1
cmd = test -e x
`,
  'bad.conf': 'name = web\nintervall = 3\n',
  'flag.conf': 'debounce = yes\n',
};

function parse(...argv: string[]) {
  return parseArguments(argv, (path) => FILES[path] ?? '');
}

describe('options', () => {
  it('have the defaults of ExaBGP', () => {
    expect(parse()).toEqual(defaults());
    expect(defaults()).toMatchObject({
      interval: 5,
      'fast-interval': 1,
      timeout: 5,
      rise: 3,
      fall: 3,
      'next-hop': 'self',
      'local-preference': -1,
      'start-ip': 0,
      'up-metric': 100,
      'down-metric': 1000,
      'disabled-metric': 500,
      increase: 1,
      debounce: false,
    });
  });

  it.each([
    { argv: ['-s'], options: { silent: true } },
    { argv: ['-sF'], options: { 'syslog-facility': 'daemon' } },
    { argv: ['-sF', 'local0'], options: { 'syslog-facility': 'local0' } },
    { argv: ['--syslog-facility', '--debug'], options: { 'syslog-facility': 'daemon', debug: true } },
    { argv: ['--no-syslog', '-da'], options: { 'no-syslog': true, debug: true, 'no-ack': true } },
    { argv: ['-dn', 'web'], options: { debug: true, name: 'web' } },
    { argv: ['-i', '0.5', '-f.1', '-t10'], options: { interval: 0.5, 'fast-interval': 0.1, timeout: 10 } },
    { argv: ['--cmd', 'exit 1'], options: { command: 'exit 1' } },
    { argv: ['-c', '-x -y'], options: { command: '-x -y' } },
    { argv: ['--command=test a = b'], options: { command: 'test a = b' } },
    { argv: ['--local-preference', '-1'], options: { 'local-preference': -1 } },
    { argv: ['-N', '192.0.2.9', '-p', 'x.pid'], options: { 'next-hop': '192.0.2.9', pid: 'x.pid' } },
    { argv: ['--fast', '2', '--withdraw'], options: { 'fast-interval': 2, 'withdraw-on-down': true } },
    { argv: ['--execute', 'a', '--execute', 'b'], options: { execute: ['a', 'b'] } },
    { argv: ['--neighbor', '*', '--neighbor', '::1'], options: { neighbor: ['*', '::1'] } },
    {
      argv: ['--ip-ifname', '192.0.2.1%eth0'],
      options: { 'ip-ifname': [{ text: '192.0.2.1/32', version: 4, prefixBits: 32, interface: 'eth0' }] },
    },
  ])('$argv', ({ argv, options }) => {
    expect(parse(...argv)).toEqual({ ...defaults(), ...options });
  });

  it('come from a file first', () => {
    const options = parse('--interval', '3', '-F', 'web.conf', '--ip', '192.0.2.2');
    expect(options).toMatchObject({ debug: true, name: 'web', interval: 3, command: 'test -e x' });
    expect(options.ip.map(({ text }) => text)).toEqual(['192.0.2.1/32', '192.0.2.2/32']);
  });

  it.each([
    { argv: ['--nonsense'], message: '--nonsense: unknown option' },
    { argv: ['-x'], message: 'unknown option -x' },
    { argv: ['stray'], message: "unexpected argument 'stray'" },
    { argv: ['--name'], message: '--name needs an argument: NAME' },
    { argv: ['--name', '--debug'], message: '--name needs an argument: NAME' },
    { argv: ['--debug=1'], message: '--debug takes no argument' },
    { argv: ['--disabled'], message: '--disabled: could be --disabled-metric, --disabled-community' },
    { argv: ['-s', '--no-syslog'], message: '--silent and --no-syslog exclude each other' },
    { argv: ['-i', '-1'], message: "-i: '-1': expected seconds" },
    { argv: ['--rise', '1.5'], message: "--rise: '1.5': expected a whole number" },
    { argv: ['--ip', '10.0.0.1/24'], message: "--ip: '10.0.0.1/24': it has host bits set" },
    { argv: ['--ip', '10.0.0.0/33'], message: 'a prefix length is 0-32' },
    { argv: ['--ip', 'web'], message: 'not an IP address or network' },
    { argv: ['--ip-ifname', '192.0.2.1'], message: 'expected ADDRESS%INTERFACE' },
    { argv: ['--next-hop', 'me'], message: "expected an IP address or 'self'" },
    { argv: ['--neighbor', 'me'], message: "expected an IP address or '*'" },
    { argv: ['-F', 'bad.conf'], message: 'bad.conf:2: intervall: unknown option' },
    { argv: ['-F', 'flag.conf'], message: 'flag.conf:1: debounce takes no argument' },
  ])('$argv: $message', ({ argv, message }) => {
    expect(() => parse(...argv)).toThrow(UsageError);
    expect(() => parse(...argv)).toThrow(message);
  });

  it('are all in the help', () => {
    expect(asksForHelp(['--name', 'x', '--help'])).toBe(true);
    for (const name of OPTION_NAMES) expect(helpText()).toContain(`--${name}`);
  });
});
