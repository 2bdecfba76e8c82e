import { spawn } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { controlled } from '../support/control.ts';
import {
  environment,
  eventually,
  freePort,
  type Outcome,
  PROGRAM,
  peerline,
  workspace,
} from '../support/e2e.ts';
import { RawPeer } from '../support/raw-peer.ts';

const TERMINAL = new URL('../support/terminal.py', import.meta.url).pathname;

/** The api section of `neighborConf`, for configurations without a process. */
const API = /api \{[\s\S]*\n {4}\}\n/;

/** A daemon with a neighbor, and the command line that finds it. */
async function commanded(more: Record<string, string> = {}) {
  const dir = workspace();
  const port = await freePort();
  const { daemon, path } = await controlled(dir, processConf('/bin/cat') + neighborConf({ port }), more);
  const env = { peerline_api_socketpath: path, HOME: dir, XDG_STATE_HOME: dir };
  const cli = (args: readonly string[], input?: string) =>
    peerline(['cli', ...args], { env, ...(input === undefined ? {} : { input }) });
  return { dir, daemon, path, port, env, cli };
}

/** Runs any program to its end. */
async function run(argv: readonly string[], env: Record<string, string>, input = ''): Promise<Outcome> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { env: environment(env) });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...out };
}

describe('peerline cli', () => {
  it('carries out one command, and its exit code tells how that went', async () => {
    const { cli } = await commanded();
    expect(await cli(['announce', 'route', '198.51.100.0/24', 'next-hop', '192.0.2.1'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(await cli(['show adj-rib out'])).toEqual({
      code: 0,
      stdout: '127.0.0.2 ipv4 unicast 198.51.100.0/24 next-hop 192.0.2.1\n',
      stderr: '',
    });
    expect(await cli(['sh', 'ad', 'out', 'json'])).toEqual({
      code: 0,
      stdout: '{"127.0.0.2": {"routes": [{"prefix": "198.51.100.0/24", "family": "ipv4 unicast"}]}}\n',
      stderr: 'command: show adj-rib out json\n',
    });
    expect(await cli(['announce', 'route', '198.51.100.0/24', 'next-hopp', '192.0.2.1'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `found 'next-hopp', expected a keyword of a route; did you mean 'next-hop'?
  announce route 198.51.100.0/24 next-hopp 192.0.2.1
                                 ^
`,
    });
    expect(await cli(['debug', 'hello'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each(['summary', 'extensive', 'configuration', 'json'])('show neighbor %s', async (form) => {
    const { cli } = await commanded();
    const { code, stdout } = await cli(['show', 'neighbor', form]);
    expect(code).toBe(0);
    expect(stdout).toContain('127.0.0.2');
  });

  it('carries out what is piped in, or in a file, to the end', async () => {
    const { cli, dir } = await commanded();
    const commands =
      'announce route 10.0.0.0/8 next-hop 192.0.2.1\r\n# a comment\n\nnonsense\nshow adj-rib out\nexit\nversion';
    const piped = await cli([], commands);
    expect(piped).toEqual({
      code: 1,
      stdout: '127.0.0.2 ipv4 unicast 10.0.0.0/8 next-hop 192.0.2.1\n',
      stderr: "found 'nonsense', expected a command\n  nonsense\n  ^\n",
    });
    writeFileSync(join(dir, 'batch'), 'version\nshow adj-rib out\n');
    const batch = await cli(['--batch', join(dir, 'batch')]);
    expect(batch).toMatchObject({ code: 0, stderr: '' });
    expect(batch.stdout.split('\n')).toHaveLength(3);
    expect(await cli(['--batch', join(dir, 'none')])).toMatchObject({ code: 1 });
  });

  it('shows answers to commands with ids and in JSON, and how they ended', async () => {
    const { cli } = await commanded();
    expect(await cli(['@1', 'ping', 'text'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\n@1 done\n$/),
    });
    const json = await cli(['{"id":2,"command":"version"}']);
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(json.stdout).toContain('{"type": "reply", "id": 2, "status": "done"}\n');
    expect(await cli([], '{"id":3,"command":"nonsense"}\nversion\n')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/"id": 3, "status": "error".*\npeerline /),
    });
  });

  it('monitor shows events until the daemon ends', async () => {
    const { cli, daemon, path, port } = await commanded();
    const watching = cli(['monitor', 'json', 'state']);
    const status = () => peerline(['cli', 'show', 'process'], { env: { peerline_api_socketpath: path } });
    while (!(await status()).stdout.includes('watching'));
    await RawPeer.established({ port });
    await daemon.logged('up');
    await daemon.stop();
    const { code, stdout, stderr } = await watching;
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'the daemon ended\n' });
    const events = stdout.split('\n').slice(0, -1);
    expect(events.map((line) => JSON.parse(line).neighbor?.state)).toEqual(['connected', 'up', 'down']);
  });

  it('says where it looked when no daemon is there, and gives up on one that does not answer', async () => {
    const dir = workspace();
    const none = await peerline(['cli', '--socketname', 'no-such', '--pipename', 'no-such', 'version']);
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(
      /^no daemon is to be found: there is no no-such\.in and no-such\.out in \/run\/peerline, /,
    );
    const named = await peerline(['cli', '--socketpath', join(dir, 'x'), 'version']);
    expect(named.stderr).toContain(join(dir, 'x'));
    const { daemon, env } = await commanded();
    daemon.kill('SIGSTOP');
    const late = await peerline(['cli', '--timeout', '0.3', 'version'], { env });
    daemon.kill('SIGCONT');
    expect(late).toEqual({ code: 1, stdout: '', stderr: "no answer to 'version'\n" });
    daemon.kill('SIGKILL');
    await daemon.exited;
    expect((await peerline(['cli', 'version'], { env })).stderr).toMatch(
      /control\.sock: no daemon answers\n$/,
    );
  });

  it('a table goes to a reader that has seen enough', async () => {
    const { env } = await commanded();
    const shell = `'${process.execPath}' '${PROGRAM}' cli help | head -n 2`;
    const { code, stderr } = await run(['/bin/sh', '-c', shell], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('the shell', () => {
  /** Steps for the terminal. */
  const expects = (text: string) => `expect ${JSON.stringify(text)}\n`;
  const types = (keys: string) => `type ${JSON.stringify(keys)}\n`;

  it('completes, expands, remembers, monitors and leaves', async () => {
    const { env, dir, path } = await commanded();
    const steps = [
      expects(`connected to ${path}`),
      expects('peerline> '),
      types('vers\t'),
      expects('version '),
      types('\r'),
      expects('peerline 0.'),
      expects('peerline> '),
      types('show neighbor 127\t'),
      expects('show neighbor 127.0.0.2 '),
      types('su\r'),
      expects('command: show neighbor 127.0.0.2 summary'),
      expects('127.0.0.2       65002'),
      types('announce eor ip\t'),
      expects('announce eor ipv'),
      types('\t'),
      expects('ipv4'),
      expects('ipv6'),
      types('\u0003'),
      expects('peerline> '),
      types('nonsense\r'),
      expects("found 'nonsense', expected a command"),
      types('\u001b[A\u001b[A\r'),
      expects('127.0.0.2       65002'),
      expects('peerline> '),
      types('monitor text\r'),
      expects('events follow until Ctrl-C'),
      types('\u0003'),
      expects('peerline> '),
      types('version\r'),
      expects('peerline 0.'),
      types('\u0004'),
      'wait\n',
    ].join('');
    const { code, stdout, stderr } = await run(
      ['python3', TERMINAL, process.execPath, PROGRAM, 'cli'],
      { ...env, NO_COLOR: '' },
      steps,
    );
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('\u001b[36mpeerline> ');
    const history = readFileSync(join(dir, 'peerline/history'), 'utf8').split('\n');
    expect(history).toEqual(expect.arrayContaining(['version', 'show neighbor 127.0.0.2 su', 'nonsense']));
  });

  it('has no colors when told so, and goes on with a daemon that came back', async () => {
    const { env, dir, daemon } = await commanded();
    const steps = [
      expects('peerline> '),
      types('shutdown\r'),
      expects('shutdown in progress'),
      `file ${join(dir, 'down')}\n`,
      types('version\r'),
      expects('the daemon closed the connection'),
      `file ${join(dir, 'back')}\n`,
      types('version\r'),
      expects('peerline 0.'),
      types('exit\r'),
      'wait\n',
    ].join('');
    const shell = run(['python3', TERMINAL, process.execPath, PROGRAM, 'cli', '--no-color'], env, steps);
    await daemon.exited;
    writeFileSync(join(dir, 'down'), '');
    await controlled(dir, neighborConf({ port: await freePort() }).replace(API, ''));
    writeFileSync(join(dir, 'back'), '');
    const { code, stdout, stderr } = await shell;
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('\u001b[3');
  });
});

describe('called by the names of ExaBGP', () => {
  const linked = (dir: string, name: string) => {
    const link = join(dir, name);
    symlinkSync(PROGRAM, link);
    return link;
  };

  it('exabgp CONF runs, exabgpcli and exabgp run command it', async () => {
    const { dir, env } = await commanded();
    const exabgpcli = linked(dir, 'exabgpcli');
    const exabgp = linked(dir, 'exabgp');
    expect(await run([exabgpcli, 'sh', 'ne', 'su'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('127.0.0.2'),
    });
    expect(await run([exabgp, 'run', 'version'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('peerline'),
    });
    const conf = join(dir, 'second.conf');
    writeFileSync(conf, neighborConf({ port: await freePort(), process: 'p' }).replace(API, ''));
    const child = spawn(exabgp, ['--signal', '0', '-p', conf], {
      env: environment({ peerline_api_cli: 'false' }),
    });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    await eventually(() => text.includes('configuration reloaded'), { why: () => text });
    expect(text).toContain("warning: --pdb has no effect: there is no Python debugger: use 'node inspect'\n");
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });

  it('exabgp --validate prints what it understood, and refuses what it did not', async () => {
    const dir = workspace();
    const exabgp = linked(dir, 'exabgp');
    const good = join(dir, 'good.conf');
    const bad = join(dir, 'bad.conf');
    const text = neighborConf({ port: 1790 }).replace(API, '');
    writeFileSync(
      good,
      text
        .replace('neighbor 127', 'template { neighbor t { hold-time 33; } }\nneighbor 127')
        .replace('passive;', 'passive; inherit t;'),
    );
    writeFileSync(bad, text.replace('passive;', 'pasive;').replace('65002', '99999999999'));
    const validated = await run([exabgp, '--validate', good], {});
    expect(validated).toMatchObject({ code: 0, stderr: '' });
    expect(validated.stdout).toContain('\thold-time 33;\n');
    expect(validated.stdout).not.toContain('template');
    const refused = await run([exabgp, '--validate', bad], {});
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain("did you mean 'passive'?");
    expect(refused.stderr.match(/bad\.conf:\d+:\d+:/g)).toHaveLength(2);
  });

  it('server - reads standard input, and a reload finds the same', async () => {
    const conf = neighborConf({ port: await freePort() }).replace(API, '');
    const child = spawn(process.execPath, [PROGRAM, 'server', '-', '--log-format', 'json'], {
      env: environment(),
    });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    child.stdin.end(conf);
    await eventually(() => text.includes('"running"'), { why: () => text });
    child.kill('SIGUSR1');
    await eventually(() => text.includes('configuration reloaded'), { why: () => text });
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });
});

describe('encode and decode', () => {
  it('an UPDATE there and back, from the command line and from standard input', async () => {
    const route = 'route 192.0.2.0/24 next-hop 198.51.100.1 med 5';
    const encoded = await peerline(['encode', ...route.split(' ')]);
    expect(encoded).toMatchObject({ code: 0, stderr: '' });
    expect(
      (await peerline(['encode'], { input: `# two\n${route}\nwithdraw route 10.0.0.0/8\n` })).stdout,
    ).toMatch(new RegExp(`^${encoded.stdout.trim()}\nF{32}[0-9A-F]+\n$`));
    const lines = `${encoded.stdout}\n${encoded.stdout}`;
    expect((await peerline(['decode', '-m'], { input: lines })).stdout.split('\n')).toHaveLength(3);
    expect((await peerline(['encode', '--no-header', route])).stdout).toBe(encoded.stdout.slice(38));
    expect(
      (await peerline(['encode', '-n', '-i', '192.0.2.0/24 next-hop 198.51.100.1 path-information 7']))
        .stdout,
    ).toBe('0000000718C00002\n');
    expect(
      (await peerline(['encode', '-n', '-f', 'ipv6 unicast', '2001:db8::/32 next-hop 2001:db8::1'])).stdout,
    ).toBe('2020010DB8\n');
    expect((await peerline(['encode', '-a', '65001', '-z', '65002', route])).stdout).toContain(
      '02010000FDE9',
    );
  });

  it('takes the kind of the octets behind them, as ExaBGP 5 does, and knows a bare UPDATE', async () => {
    const update = '000000144001010040020602010000FDE94003040A000002100A01';
    const command = 'announce ipv4 unicast 10.1.0.0/16 next-hop 10.0.0.2 origin igp as-path [ 65001 ]\n';
    for (const line of [
      ['-m', update, '-u'],
      ['-m', '-u', update],
      ['-m', update],
    ]) {
      expect((await peerline(['decode', ...line])).stdout).toBe(command);
    }
    expect((await peerline(['decode', '100A01', '-n'])).stdout).toBe('{ "nlri": "10.1.0.0/16" }\n');
    expect(await peerline(['decode', '-n'])).toMatchObject({ code: 2 });
  });

  it('takes the session of a neighbor', async () => {
    const file = join(workspace(), 'peer.conf');
    writeFileSync(
      file,
      neighborConf({ port: 1790 })
        .replace(API, '')
        .replace('family {', 'capability { asn4 false; }\n family {'),
    );
    const { stdout, stderr } = await peerline(['encode', '-c', file, 'route 192.0.2.0/24 next-hop self']);
    expect(stdout, stderr).toContain('0201FDE9400304' + '7F000001');
  });

  it('a route that is none is shown with a caret', async () => {
    const { code, stderr } = await peerline(['encode', 'route 192.0.2.0/24 next-hop nowhere']);
    expect(code).toBe(1);
    expect(stderr.split('\n')[1]).toMatch(/^ {37}\^ found 'nowhere'/);
  });
});

describe('configuration', () => {
  it('validate, export and example', async () => {
    const file = join(workspace(), 'peer.conf');
    const { stdout } = await peerline(['configuration', 'example', 'neighbor']);
    writeFileSync(file, stdout);
    expect((await peerline(['configuration', 'validate', '-nrv', file])).stderr).not.toContain('found');
    const exported = await peerline(['configuration', 'export', file, '-o', `${file}.json`, '-i', '1']);
    expect(exported).toMatchObject({ code: 0, stdout: '' });
    expect(JSON.parse(readFileSync(`${file}.json`, 'utf8')).neighbors.length).toBeGreaterThan(0);
  });
});
