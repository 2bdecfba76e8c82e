import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/files.ts';
import { daemonSuite } from './lab.ts';
import { MAIN } from './side-by-side/programs.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

const file = (name: string, text: string): string => {
  const path = join(directory.path, name);
  writeFileSync(path, text);
  return path;
};

const NEIGHBOR = `neighbor 127.0.0.2 {
  router-id 192.0.2.1; local-address 127.0.0.1; local-as 65001; peer-as 65002; hold-time 33;
  family { ipv4 unicast; }
  static { route 10.0.0.0/24 next-hop 192.0.2.1 med 5; }
}`;
const GOOD = file('good.conf', NEIGHBOR);
const BAD = file('bad.conf', NEIGHBOR.replace('hold-time', 'holdtime'));
const INI = file(
  'settings.env',
  "[exabgp.tcp]\nport = 1790\nbind = '127.0.0.1 127.0.0.2'\n\n[exabgp.log]\nlevel = DEBUG\nall = true\n[exabgp.daemon]\nuser = 'root'\n",
);
const UPDATE =
  'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0037020000001C40010100400200400304C6336401800404000000054005040000006418C00002';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
}

symlinkSync(MAIN, join(directory.path, 'exabgp'));

function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const options = { cwd: directory.path, env, timeout: 60_000 };
  return new Promise((resolve) => {
    execFile(program, words, options, (err, stdout) => {
      resolve({ code: err === null ? 0 : Number(err.code), stdout });
    });
  });
}

/** Both programs by the name `exabgp`, with the same words and settings. */
async function both(
  line: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ exabgp: Ended; ours: Ended }> {
  const words = line.split(' ');
  const env = {
    PATH: process.env.PATH,
    EXABGP_ENVFILE: '/dev/null',
    'exabgp.api.cli': 'false',
    'exabgp.daemon.user': 'root',
    'exabgp.api.version': '4',
    ...settings,
  };
  const link = join(directory.path, 'exabgp');
  const [exabgp, ours] = await Promise.all([run('exabgp', words, env), run(link, words, env)]);
  return { exabgp, ours };
}

/** `section.key` to its value, of either form that settings are listed in; octal numbers alike. */
function settingsIn(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n')) {
    section = /^\[exabgp\.(\w+)\]$/.exec(line)?.[1] ?? section;
    const [, name = '', value = ''] = /^(?:exabgp[._])?([\w.]+) ?= ?(.*)$/.exec(line) ?? [];
    if (name === '') continue;
    const bare = value.replace(/^'(.*)'$/, '$1').replace(/^0o?(?=[1-7])/, '0o');
    found.set(name.includes('.') || section === '' ? name.replace('_', '.') : `${section}.${name}`, bare);
  }
  return found;
}

/** Settings whose default is another, each a row of docs/migration.md or docs/configuration.md. */
const OTHER_DEFAULTS = ['api.encoder', 'log.destination', 'reactor.speed'];

daemonSuite({ name: 'the command line of ExaBGP 4', program: 'exabgp' }, () => {
  it.concurrent.each([
    [`${GOOD} --validate`, 0],
    [`--validate ${BAD}`, 1],
    [`-t ${GOOD}`, 0],
    [`-tps -d ${GOOD}`, 0],
    [`-f ${directory.path} -t ${GOOD}`, 0],
    [`-e ${INI} -t ${GOOD}`, 0],
    ['missing.conf', 1],
    [`-1 ${GOOD}`, 0],
    [`--decode zz ${GOOD}`, 1],
    ['--version', 0],
    ['-h', 0],
    ['--run healthcheck --help', 0],
    ['--run cli --help', 0],
  ])('exabgp %s ends with %i', async (words, code) => {
    // a port where nobody listens
    const { exabgp, ours } = await both(words, { 'exabgp.tcp.port': '1' });
    expect([exabgp.code, ours.code], `${exabgp.stdout}\n${ours.stdout}`).toEqual([code, code]);
  });

  it.concurrent.each(['--fi', '--full-env'])('%s lists every setting', async (words) => {
    const { exabgp, ours } = await both(words);
    const [theirs, listed] = [settingsIn(exabgp.stdout), settingsIn(ours.stdout)];
    expect(theirs.size).toBeGreaterThan(35);
    for (const [name, value] of theirs) {
      expect(listed.has(name), name).toBe(true);
      if (!OTHER_DEFAULTS.includes(name)) expect([name, listed.get(name)]).toEqual([name, value]);
    }
  });

  it.concurrent.each(['--diff-ini', '--de'])('%s lists what differs', async (words) => {
    const settings = { exabgp_log_short: 'true', exabgp_api_respawn: 'false' };
    const { exabgp, ours } = await both(`-e ${INI} ${words}`, settings);
    const [theirs, listed] = [settingsIn(exabgp.stdout), settingsIn(ours.stdout)];
    expect([...theirs.keys()]).toEqual(expect.arrayContaining(['tcp.port', 'tcp.bind', 'log.short']));
    for (const [name, value] of theirs) expect([name, listed.get(name)]).toEqual([name, value]);
  });

  it.concurrent('--decode gives the same event, as often as it is said', async () => {
    const { exabgp, ours } = await both(`--decode ${UPDATE} -x ${UPDATE.slice(38)} ${GOOD}`);
    const theirs = exabgp.stdout.split('\n').flatMap((line) => /update json (.*)$/.exec(line)?.[1] ?? []);
    const volatile = { time: 0, host: '', pid: 0, ppid: 0 };
    const event = (line: string) => ({ ...JSON.parse(line), ...volatile });
    expect(theirs).toHaveLength(2);
    expect(ours.stdout.trim().split('\n').map(event)).toEqual(theirs.map(event));
  });
});
