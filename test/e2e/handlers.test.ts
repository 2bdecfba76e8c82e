import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, peerline, script, which, workspace } from '../support/e2e.ts';
import { RawPeer, rawUpdate } from '../support/raw-peer.ts';

const ANNOUNCE = 'announce route 203.0.113.0/24 next-hop self';

/** Handlers that announce a route when the session is up. `run` as it stands in a configuration. */
const ANNOUNCERS: readonly { program: string; run: string }[] = [
  {
    program: 'jq',
    run: `jq -r --unbuffered 'select(.type? == "state" and .neighbor.state == "up") | "${ANNOUNCE}"'`,
  },
  { program: 'awk', run: `awk '/"state": ?"up"/ { print "${ANNOUNCE}"; fflush() }'` },
  { program: 'sed', run: `sed -un 's|.*"state": *"up".*|${ANNOUNCE}|p'` },
  {
    program: 'bash',
    run: `bash -c 'while read -r line; do case $line in *\\\\"state\\\\":*up*) echo ${ANNOUNCE};; esac; done'`,
  },
  {
    program: 'bash',
    run: `bash -c 'while read -r line; do [[ $line == *up* ]] && echo ${ANNOUNCE} > /dev/stdout; done < /dev/stdin'`,
  },
  {
    program: 'python3',
    run: `python3 -uc 'import sys\\nfor line in sys.stdin: "up" in line and print("${ANNOUNCE}")'`,
  },
  { program: 'perl', run: `perl -ne '$| = 1; print "${ANNOUNCE}\\n" if /"up"/'` },
  {
    program: process.execPath,
    run: `${process.execPath} -e 'process.stdin.on("data", (d) => String(d).includes("up") && console.log("${ANNOUNCE}"))'`,
  },
];

async function running(dir: string, run: string, settings = '') {
  const port = await freePort();
  const daemon = await Daemon.run(
    dir,
    processConf(run, 'handler', `encoder json; ${settings}`) + neighborConf({ port, process: 'handler' }),
  );
  await daemon.logged('process started');
  const peer = await RawPeer.established({ port });
  return { daemon, peer };
}

describe('programs as handlers of a running daemon', () => {
  for (const { program, run } of ANNOUNCERS) {
    it.skipIf(which(program) === undefined)(`announces a route: ${run.slice(0, 70)}`, async () => {
      const { peer } = await running(workspace(), run);
      expect(await peer.update('18cb0071')).toContain('4003047f000001');
    });
  }

  it('cat: its echoes are refused one by one, and harm nothing', async () => {
    const { daemon, peer } = await running(workspace(), 'cat');
    await daemon.logged('command refused', { process: 'handler' });
    peer.send(rawUpdate({ nlri: '18c63364' }));
    await daemon.logged('command refused', { process: 'handler' }, 4);
    expect(peer.closed).toBe(false);
    expect(daemon.entries('process started').length).toBe(1);
  });

  it('tee writes events into a file', async () => {
    const dir = workspace();
    const file = join(dir, 'events.log');
    const { peer } = await running(dir, `tee -a ${file}`);
    peer.send(rawUpdate({ nlri: '18c63364' }));
    await eventually(() => existsSync(file) && readFileSync(file, 'utf8').includes('198.51.100.0/24'));
  });

  it('a path beside the configuration file, with arguments in quotes', async () => {
    const dir = workspace();
    script(join(dir, 'tell.sh'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${dir}/arguments'\nexec cat\n`);
    const port = await freePort();
    const conf =
      processConf('./tell.sh one \'two words\' "three; { }"', 'handler') +
      neighborConf({ port, process: 'handler' });
    await Daemon.run(dir, conf);
    await eventually(
      () => existsSync(`${dir}/arguments`) && readFileSync(`${dir}/arguments`, 'utf8').split('\n').length > 3,
    );
    expect(readFileSync(`${dir}/arguments`, 'utf8')).toBe('one\ntwo words\nthree; { }\n');
  });

  it('half a line before the end of its stdout is refused, and it hears so while it lives', async () => {
    const dir = workspace();
    const file = join(dir, 'heard');
    const run = script(
      join(dir, 'half.sh'),
      `#!/bin/sh\nprintf 'announce route 203.0.113.0/24 next-hop s'\nexec cat >'${file}'\n`,
    );
    const { daemon, peer } = await running(dir, run);
    await daemon.logged('process closed its stdout: it can command nothing any more');
    await eventually(() => readFileSync(file, 'utf8').includes('error\n'));
    const refused = daemon.entries('command refused', { process: 'handler' });
    expect(refused).toEqual([expect.objectContaining({ reason: 'no newline at the end' })]);
    peer.send(rawUpdate({ nlri: '18c63364' }));
    await eventually(() => readFileSync(file, 'utf8').includes('198.51.100.0/24'));
    expect(daemon.entries('process started')).toHaveLength(1);
  });

  it.runIf(process.platform === 'linux')('is run as its settings say', async () => {
    const dir = workspace();
    chmodSync(dir, 0o755);
    const run = script(
      join(dir, 'tell.sh'),
      `#!/bin/sh
echo "$(nice) $(ulimit -v) $PWD $ONE \${HOME-none} \${PEERLINE_PROCESS}" >&2
echo "ids $(id -u) $(id -g) $(id -G)" >&2
echo "caps $(grep -c '^CapBnd:.0*$' /proc/self/status)" >&2
exec cat >/dev/null
`,
    );
    // only root may give a process to somebody else
    const isRoot = process.getuid?.() === 0;
    const { daemon } = await running(
      dir,
      run,
      `nice 5; memory 1G; directory ${dir}; environment clean; environment ONE "a b"; environment HOME; ${isRoot ? 'user 54321; group 54322;' : ''}`,
    );
    const said = (text: string) => eventually(() => daemon.log.some(({ stderr }) => stderr === text));
    await said(`${Math.min(getPriority() + 5, 19)} 1048576 ${dir} a b none handler`);
    if (!isRoot) return;
    await said('ids 54321 54322 54322');
    await said('caps 1');
  });

  it('stderr goes to the log, line by line', async () => {
    const { daemon } = await running(workspace(), "sh -c 'echo first >&2; echo second >&2; exec cat'");
    await eventually(() => daemon.log.some(({ stderr }) => stderr === 'second'));
    expect(daemon.log.filter(({ stderr }) => stderr === 'first')[0]).toMatchObject({ process: 'handler' });
    expect(daemon.raw).toBe('');
  });

  it('BUG of 4.2 and 5: a handler that dies again and again ends the daemon; it is given up, and the daemon lives', async () => {
    const dir = workspace();
    const port = await freePort();
    const good = new Driven(dir);
    const conf =
      processConf("sh -c 'exit 3'", 'dying') +
      processConf(good.run) +
      neighborConf({ port, process: 'driven dying' });
    const daemon = await Daemon.run(dir, conf);
    const peer = await RawPeer.established({ port });
    await good.up();
    await daemon.logged('process died too often: abandoned until a reload', { process: 'dying' });
    peer.send(rawUpdate({ nlri: '18c63364' }));
    await good.event('update', ({ neighbor }) => JSON.stringify(neighbor).includes('198.51.100.0/24'));
    daemon.kill('SIGUSR1');
    await daemon.logged('configuration reloaded');
    await daemon.logged('process started', { process: 'dying' }, 7);
    expect(peer.closed).toBe(false);
  });

  it('a program that is not there is refused before anything starts', async () => {
    const dir = workspace();
    const file = join(dir, 'bad.conf');
    writeFileSync(file, processConf('/no/such/program', 'handler'));
    const { code, stderr } = await peerline(['run', file]);
    expect(code).toBe(1);
    expect(stderr).toContain('/no/such/program');
  });

  it('one that will not end is ended, with all that it started', async () => {
    const dir = workspace();
    const run = script(
      join(dir, 'stubborn.sh'),
      `#!/bin/sh\ntrap '' TERM HUP INT\n(while :; do sleep 1; done) &\nwhile :; do sleep 1; done\n`,
    );
    const { daemon } = await running(dir, run);
    const started = performance.now();
    expect(await daemon.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(6000);
  });

  it('one that is taken out by its own reload goes, and the session stays', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    const file = join(dir, 'peer.conf');
    writeFileSync(file, processConf(handler.run) + neighborConf({ port }));
    const daemon = await Daemon.start(file);
    const peer = await RawPeer.established({ port });
    await handler.up();
    writeFileSync(file, neighborConf({ port }).replace(/processes \[.*\];/, ''));
    handler.write('reload\n');
    await daemon.logged('process stopped', { process: 'driven' });
    await daemon.logged('configuration reloaded');
    expect(peer.closed).toBe(false);
  });
});
