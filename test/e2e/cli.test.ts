import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { header, initiation, monitoring, peerUp, update } from '../bmp/samples.ts';
import { processConf } from '../support/conf.ts';
import { Daemon, eventually, PROGRAM, peerline, workspace } from '../support/e2e.ts';
import { raw, rawOpen, rawUpdate, TYPE } from '../support/raw-peer.ts';

const VERBS = [
  ...['run', 'server', 'check', 'validate', 'decode', 'encode', 'mrt', 'cli', 'configuration', 'demo', 'env'],
  ...['pipe', 'migrate', 'shell', 'completion', 'version'],
];

function jsonLines(text: string) {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe('the command line', () => {
  it.each(VERBS)('%s --help has an example', async (verb) => {
    const { code, stdout, stderr } = await peerline([verb, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`peerline ${verb === 'server' ? 'run' : verb === 'validate' ? 'check' : verb}`);
    expect(stdout).toMatch(/Examples:\n/);
  });

  it('--help lists verbs and exit codes', async () => {
    const { code, stdout } = await peerline(['--help']);
    expect(code).toBe(0);
    for (const verb of VERBS.filter((each) => each !== 'server' && each !== 'validate')) {
      expect(stdout).toMatch(new RegExp(`peerline ${verb}\\b`));
    }
    expect(stdout).toContain('Exit codes:');
  });

  it.each([
    [['--nonsense']],
    [['--__proto__.x']],
    [['cli', '--timeout', 'soon']],
    [['cli', '--socket', '--pipe']],
    [['encode', '--local-as', '0', 'route']],
    [['configuration', 'nonsense']],
    [['completion', 'csh']],
    [['run']],
    [['check']],
    [['decode']],
    [['run', 'x.conf', '--log-level', 'loud']],
    [['check', 'x.conf', '--nonsense']],
    [['version', 'extra']],
    [['decode', '--__proto__.x', '1']],
  ])('%j is a mistake on the command line', async (args) => {
    const { code, stderr, stdout } = await peerline(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr).not.toBe('');
  });

  it('version', async () => {
    const one = await peerline(['version']);
    expect(one).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^peerline \d+\.\d+\.\d+ \(node \d+/),
      stderr: '',
    });
    expect(await peerline(['--version'])).toEqual(one);
  });

  it('nothing asks for help; in 4.2 that is a mistake', async () => {
    const { code, stdout } = await peerline([]);
    expect({ code, help: stdout.startsWith('Usage:') }).toEqual({ code: 0, help: true });
    expect((await peerline([], { env: { exabgp_api_version: '4' } })).code).toBe(1);
  });

  it('completion, also as a file of the package', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, stdout } = await peerline(['completion', shell]);
      expect(code).toBe(0);
      const file = new URL(`../completions/peerline.${shell}`, pathToFileURL(PROGRAM));
      expect(readFileSync(file, 'utf8')).toBe(stdout);
    }
  });

  it('shell install and uninstall', async () => {
    const home = workspace();
    const env = { HOME: home, SHELL: '/usr/bin/fish' };
    const file = join(home, '.config/fish/completions/peerline.fish');
    expect(await peerline(['shell', 'install'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(file),
    });
    expect(readFileSync(file, 'utf8')).toContain('complete -c peerline');
    expect((await peerline(['shell', 'uninstall', 'fish'], { env })).code).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  it('env, with what differs', async () => {
    const all = (await peerline(['env'])).stdout.split('\n');
    expect(all.some((line) => line.startsWith("exabgp.tcp.port='179'  # "))).toBe(true);
    const plain = { env: { peerline_api_cli: 'true' } };
    expect(await peerline(['env', '--diff'], plain)).toEqual({ code: 0, stdout: '', stderr: '' });
    const shell = await peerline(['env', '-e', '-d'], {
      env: { peerline_api_cli: 'true', exabgp_tcp_port: '1790' },
    });
    expect(shell.stdout).toBe("exabgp_tcp_port='1790'\n");
    const file = join(workspace(), 'exabgp.env');
    writeFileSync(file, '[exabgp.tcp]\nport = 179\nbind = 127.0.0.1\n');
    const diff = await peerline(['env', '--diff', '--env', file], {
      env: { peerline_api_ack: 'false', exabgp_tcp_once: 'false', peerline_api_cli: 'true' },
    });
    expect(diff.stdout.split('\n').map((line) => line.split('  #')[0])).toEqual([
      "exabgp.api.ack='false' (peerline_api_ack)",
      "exabgp.tcp.bind='127.0.0.1' (file [exabgp.tcp] bind)",
      '',
    ]);
  });

  it('env refuses values that do not fit, all of them', async () => {
    const { code, stderr } = await peerline(['env'], {
      env: { peerline_tcp_port: 'bgp', exabgp_api_ack: 'maybe' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain("peerline_tcp_port: found 'bgp', expected a number from 1 to 65535");
    expect(stderr).toContain("exabgp_api_ack: found 'maybe'");
    const unreadable = await peerline(['env', '--env', '/no/such/file']);
    expect(unreadable).toMatchObject({ code: 1, stderr: '/no/such/file: no such file\n' });
  });

  it('a configuration alone is run', async () => {
    const dir = workspace();
    const daemon = await Daemon.run(dir, processConf('/bin/cat'));
    expect(await daemon.stop()).toBe(0);
    const { code, stderr } = await peerline([join(dir, 'none.conf')]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${join(dir, 'none.conf')}: no such file\n` });
  });

  it('a verb misspelt, or a file that is not there, is told in one line', async () => {
    const { code, stderr } = await peerline(['decod', 'ff']);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain('decod');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends the daemon in good order', async (signal) => {
    const daemon = await Daemon.run(workspace(), processConf('/bin/cat'));
    await daemon.logged('process started');
    daemon.kill(signal);
    expect(await daemon.exited).toBe(0);
    await eventually(() => daemon.entries('process stopped').length === 1);
  });
});

const OPEN = rawOpen();
const UPDATE = rawUpdate({ nlri: '18c63364' });
const BMP = Buffer.concat([
  encodeBmp(initiation('edge1')),
  encodeBmp({ type: 'peer-up', peer: header(), up: peerUp() }),
  encodeBmp(monitoring(update(['10.0.0.0/8']))),
]);

describe('decode', () => {
  it('hex of BGP messages', async () => {
    const { code, stdout } = await peerline(['decode', OPEN + UPDATE + raw(TYPE.keepalive)]);
    expect(code).toBe(0);
    const [open, message, keepalive] = jsonLines(stdout);
    expect(open).toMatchObject({ type: 'open', neighbor: { open: { asn: 65002, hold_time: 90 } } });
    expect(JSON.stringify(message)).toContain('198.51.100.0/24');
    expect(keepalive.type).toBe('keepalive');
  });

  it('text lines', async () => {
    const { stdout } = await peerline(['decode', '--text', UPDATE]);
    expect(stdout).toContain('announced 198.51.100.0/24 next-hop 127.0.0.2');
  });

  it.each([
    ['octets', (hex: string) => Buffer.from(hex, 'hex')],
    ['hex digits', (hex: string) => Buffer.from(hex.replace(/(..)/g, '$1 '))],
  ])('a file of BGP %s', async (_, content) => {
    const file = join(workspace(), 'capture');
    writeFileSync(file, content(OPEN + UPDATE));
    expect(jsonLines((await peerline(['decode', file])).stdout).map(({ type }) => type)).toEqual([
      'open',
      'update',
    ]);
  });

  it('a file of BMP octets, and standard input', async () => {
    const file = join(workspace(), 'capture.bmp');
    writeFileSync(file, BMP);
    const { code, stdout } = await peerline(['decode', file]);
    expect(code).toBe(0);
    const events = jsonLines(stdout);
    expect(events.find(({ type }) => type === 'update')).toMatchObject({ bmp: { name: 'edge1' } });
    const piped = await peerline(['decode', '-'], { input: BMP });
    expect(jsonLines(piped.stdout).length).toBe(events.length);
  });

  it('one message with or without its header, and bare NLRI', async () => {
    for (const text of [UPDATE, UPDATE.slice(38)]) {
      expect((await peerline(['decode', '--update', text])).stdout).toContain('198.51.100.0/24');
    }
    expect(jsonLines((await peerline(['decode', '--open', OPEN.slice(38)])).stdout)[0].type).toBe('open');
    const nlri = await peerline(['decode', '--nlri', '2020010db8', '--family', 'ipv6 unicast']);
    expect(nlri.stdout).toContain('2001:db8::/32');
  });

  it.each([
    ['garbage', 'deadbeef', /starts neither as BGP .*, as BMP .* nor as a capture/],
    ['half a digit', 'fff', /neither a file nor an even number of hex digits/],
    ['no digits', 'hello', /neither a file nor an even number of hex digits/],
    ['a message that is cut off', UPDATE.slice(0, -2), /cut off/],
    ['a bad message type', raw(9), /message 1 at octet 0/],
    ['a BMP header of nonsense', '03ffffffff00', /./],
  ])('%s is refused with a reason', async (_, input, reason) => {
    const { code, stdout, stderr } = await peerline(['decode', input]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('what can be read before the mistake is shown', async () => {
    const { code, stdout, stderr } = await peerline(['decode', OPEN + raw(9)]);
    expect(code).toBe(1);
    expect(jsonLines(stdout).map(({ type }) => type)).toEqual(['open']);
    expect(stderr).toContain('message 2 at octet');
  });

  it('a reader that goes away is no bug', async () => {
    const file = join(workspace(), 'capture');
    writeFileSync(file, Buffer.from(UPDATE.repeat(20_000), 'hex'));
    const out = execFileSync(
      '/bin/sh',
      [
        '-c',
        `'${process.execPath}' '${PROGRAM}' decode '${file}' 2>'${file}.err' | head -n 1; cat '${file}.err'`,
      ],
      { encoding: 'utf8' },
    );
    expect(out.trim().split('\n').length).toBe(1);
  });
});
