import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Daemon, environment, eventually, freePort, which, workspace } from '../support/e2e.ts';

/** Makes the pipes of ExaBGP's command line, and a daemon that reads them. */
async function piped() {
  const dir = workspace();
  const [commands, replies] = ['lab.in', 'lab.out'].map((name) => join(dir, name)) as [string, string];
  execFileSync('mkfifo', [commands, replies]);
  const conf = processConf('/bin/cat') + neighborConf({ port: await freePort() });
  const daemon = await Daemon.run(dir, conf, {
    peerline_api_cli: 'true',
    exabgp_api_pipename: 'lab',
    peerline_api_socketpath: join(dir, 'lab.sock'),
    RUNTIME_DIRECTORY: dir,
  });
  await daemon.logged('pipes of the command line are read', { in: commands, out: replies });
  return { dir, daemon, commands, replies };
}

/** Runs a script of the shell, and gives what it printed. */
async function sh(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...args], { env: environment(env) });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  await new Promise((done) => child.once('close', done));
  return text;
}

const READ_FIRST =
  'exec 3<>"$2"; echo "$3" > "$1"; while read -r line <&3; do echo "$line"; case $line in done|error) exit;; esac; done';
const WRITE_FIRST = 'echo "$3" > "$1"; cat < "$2"';

it.each([
  ['reads before it writes', READ_FIRST],
  ['writes before it reads', WRITE_FIRST],
])('a shell that %s gets its replies', async (_, script) => {
  const { commands, replies } = await piped();
  expect(await sh(script, [commands, replies, 'announce route 10.0.0.0/8 next-hop 192.0.2.1'])).toBe(
    'done\n',
  );
  expect(await sh(script, [commands, replies, 'show adj-rib out'])).toBe(
    '127.0.0.2 ipv4 unicast 10.0.0.0/8 next-hop 192.0.2.1\ndone\n',
  );
  // who comes next waits for an answer
  for (const mode of ['disable-ack', 'silence-ack'])
    expect(await sh(script, [commands, replies, mode])).toBe('done\n');
  expect(await sh(script, [commands, replies, 'nonsense'])).toMatch(/^error: column 1: .*\nerror\n$/);
});

it('what nobody reads is lost and counted, and not read by who comes next', async () => {
  const { daemon, commands, replies } = await piped();
  await sh('echo help > "$1"', [commands]);
  await daemon.logged('nobody reads the reply');
  expect(await sh(READ_FIRST, [commands, replies, 'version'])).toMatch(/^peerline .*\ndone\n$/);
});

it("ExaBGP's own exabgpcli commands the daemon", async ({ skip }) => {
  const exabgpcli = which('exabgpcli');
  if (exabgpcli === undefined) skip();
  const { dir, daemon } = await piped();
  // it looks for pipes below its root only in the places that it knows
  execFileSync('/bin/sh', ['-c', 'mkdir -p "$1/run/exabgp" && ln "$1"/lab.* "$1/run/exabgp"', 'sh', dir]);
  const cli = (words: string) =>
    sh(`"$1" --root "$2" ${words}`, [exabgpcli ?? '', dir], { exabgp_api_pipename: 'lab' });
  expect(await cli('announce route 10.0.0.0/8 next-hop 192.0.2.1')).toBe('');
  expect(await cli('sh adj out')).toBe(
    'command: show adj-rib out\n127.0.0.2 ipv4 unicast 10.0.0.0/8 next-hop 192.0.2.1\n',
  );
  // all of it is read, although a command of it is called as what ends the daemon
  const help = await cli('help');
  expect(help).toContain('put the text into the log');
  expect(help).not.toContain('aborted');
  expect(await cli('nonsense')).toContain('ExaBGP returns an error');
  await eventually(() => daemon.running);
});
