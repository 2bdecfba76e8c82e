import { createSocket } from 'node:dgram';
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf } from '../support/conf.ts';
import { Daemon, eventually, freePort, peerline, script, workspace } from '../support/e2e.ts';
import { RawPeer, rawOpen, TYPE } from '../support/raw-peer.ts';

const NEIGHBOR = (more: string) =>
  `neighbor 127.0.0.2 { router-id 192.0.2.1; local-address 127.0.0.1; local-as 65001; peer-as 65002; ${more} }`;
const PASSIVE = NEIGHBOR('passive;');

function conf(dir: string, text = PASSIVE): string {
  const file = join(dir, 'peer.conf');
  writeFileSync(file, text);
  return file;
}

const lines = (path: string) =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];

/** Signals what is no child of ours, and waits for its end. */
async function end(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  await eventually(() => {
    try {
      return process.kill(pid, 0) ? undefined : true;
    } catch {
      return true;
    }
  });
}

describe('settings of the daemon', () => {
  it('daemon.pid holds the process id while it runs, and nobody else may have it', async () => {
    const dir = workspace();
    const pid = join(dir, 'peerline.pid');
    writeFileSync(pid, '999999999\n');
    const daemon = await Daemon.run(dir, PASSIVE, { exabgp_daemon_pid: pid });
    expect(readFileSync(pid, 'utf8')).toBe(`${daemon.pid}\n`);
    expect(statSync(pid).mode & 0o777).toBe(0o640);
    const second = await peerline(['run', conf(dir)], { env: { exabgp_daemon_pid: pid } });
    expect(second).toMatchObject({ code: 1, stderr: `${pid}: process ${daemon.pid} runs already\n` });
    expect(await daemon.stop()).toBe(0);
    expect(existsSync(pid)).toBe(false);
  });

  it('daemon.daemonize goes to the background once it runs', async () => {
    const dir = workspace();
    const [pid, log] = [join(dir, 'pid'), join(dir, 'log')];
    const env = { exabgp_daemon_daemonize: 'true', exabgp_daemon_pid: pid, exabgp_log_destination: log };
    expect(await peerline(['run', conf(dir)], { env })).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(lines(log).at(-1)).toContain('"msg":"running"');
    await end(Number(readFileSync(pid, 'utf8')));
    expect(existsSync(pid)).toBe(false);
  });

  it('daemon.daemonize shows why it does not start', async () => {
    const dir = workspace();
    const env = { exabgp_daemon_daemonize: 'true', exabgp_log_destination: join(dir, 'log') };
    const { code, stderr } = await peerline(['run', conf(dir, 'neighbour { }')], { env });
    expect(code).toBe(1);
    expect(stderr).toContain("did you mean 'neighbor'?");
  });

  it('daemon.daemonize stays in the foreground, as ExaBGP does, while the log goes to the terminal', async () => {
    const file = conf(workspace(), NEIGHBOR('connect 1;'));
    const env = { exabgp_daemon_daemonize: 'true', exabgp_tcp_once: 'true' };
    const { code, stderr } = await peerline(['run', file], { env });
    expect([code, stderr]).toEqual([0, expect.stringContaining('daemon.daemonize is without effect')]);
    expect(stderr).toContain('"msg":"stopping"');
  });

  it.runIf(process.getuid?.() === 0)(
    'daemon.user is who it is once ports are open, and so are processes; it ends where it may not tidy up',
    async () => {
      const dir = workspace();
      chmodSync(dir, 0o755);
      const out = join(dir, 'out');
      writeFileSync(out, '');
      chmodSync(out, 0o666);
      const id = script(join(dir, 'id.sh'), `#!/bin/sh\nid -un > ${out}\nexec cat\n`);
      const port = await freePort();
      const text = `process id { run ${id}; encoder json; } ${NEIGHBOR(`passive; listen ${port}; api { processes [ id ]; }`)}`;
      const daemon = await Daemon.run(dir, text, {
        exabgp_daemon_user: 'nobody',
        peerline_api_cli: 'true',
        exabgp_api_socketpath: join(dir, 'control.sock'),
      });
      await eventually(() => lines(out).length > 0);
      expect(lines(out)).toEqual(['nobody']);
      const status = readFileSync(`/proc/${daemon.pid}/status`, 'utf8');
      expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).not.toBe('0');
      expect(/^Groups:\s*(.*)$/m.exec(status)?.[1]?.split(' ')).not.toContain('0');
      await RawPeer.established({ port });
      expect(await daemon.stop()).toBe(0);
      expect(daemon.transcript).toContain('the control socket is left behind');
    },
  );

  it('daemon.user that nobody is called is refused', async () => {
    if (process.getuid?.() !== 0) return;
    const { code, stderr } = await peerline(['run', conf(workspace())], {
      env: { exabgp_daemon_user: 'nobody-at-all' },
    });
    expect([code, stderr]).toEqual([1, "daemon.user: there is no user 'nobody-at-all'\n"]);
  });
});

describe('settings of the log', () => {
  it('a file is appended to, and opened anew by SIGUSR1', async () => {
    const dir = workspace();
    const log = join(dir, 'log');
    const env = {
      exabgp_daemon_daemonize: '1',
      exabgp_daemon_pid: join(dir, 'pid'),
      exabgp_log_destination: log,
    };
    writeFileSync(log, 'before\n');
    await peerline(['run', conf(dir)], { env });
    const pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    try {
      expect(lines(log)[0]).toBe('before');
      renameSync(log, `${log}.1`);
      process.kill(pid, 'SIGUSR1');
      await eventually(() => lines(log).some((line) => line.includes('configuration reloaded')));
      expect(statSync(log).mode & 0o777).toBe(0o640);
    } finally {
      await end(pid);
    }
  });

  it('a file that cannot be opened is told', async () => {
    const { code, stderr } = await peerline(['run', conf(workspace())], {
      env: { exabgp_log_destination: '/nowhere/log' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain('log file /nowhere/log: ENOENT');
  });

  it('host:ADDRESS:PORT is syslog over UDP', async () => {
    const dir = workspace();
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    const got: string[] = [];
    socket.on('message', (message) => got.push(message.toString()));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const destination = `host:127.0.0.1:${socket.address().port}`;
    const file = conf(dir, NEIGHBOR('connect 1;'));
    await peerline(['run', file], { env: { exabgp_log_destination: destination, exabgp_tcp_once: 'true' } });
    await eventually(() => got.some((line) => line.includes('stopping')));
    expect(got.find((line) => line.includes('running'))).toMatch(/^<30>peerline\[\d+\]: \{"level":30,/);
  });

  it('syslog goes through logger(1), with the severity of each line', async () => {
    const dir = workspace();
    const out = join(dir, 'syslog');
    script(join(dir, 'logger'), `#!/bin/sh\necho "$@" > ${out}\nexec cat >> ${out}\n`);
    const env = {
      exabgp_log_destination: 'syslog',
      exabgp_tcp_once: '1',
      PATH: `${dir}:${process.env.PATH}`,
    };
    await peerline(['run', conf(dir, NEIGHBOR('connect 1; hold-time 30 40;'))], { env });
    await eventually(() => lines(out).some((line) => line.includes('stopping')));
    expect(lines(out)[0]).toBe('--prio-prefix --tag peerline');
    expect(lines(out).find((line) => line.includes("'40' is ignored"))).toMatch(/^<28>/);
    expect(lines(out).find((line) => line.includes('running'))).toMatch(/^<30>/);
  });

  it('topics are left out, but for their errors; short leaves out the time', async () => {
    const dir = workspace();
    const run = (env: Record<string, string>) =>
      peerline(['run', conf(dir, NEIGHBOR('connect 1; hold-time 30 40;'))], {
        env: { ...env, exabgp_tcp_once: '1' },
      });
    const all = await run({ exabgp_log_short: 'true' });
    expect(all.stderr).toContain('is ignored');
    expect(all.stderr).toContain('"msg":"running"');
    expect(all.stderr).not.toContain('"time"');
    const quiet = await run({ exabgp_log_configuration: 'false', exabgp_log_reactor: 'false' });
    expect(quiet.stderr).not.toMatch(/is ignored|running/);
    const loud = await run({ exabgp_log_configuration: 'false', exabgp_log_all: 'true' });
    expect(loud.stderr).toContain('is ignored');
    expect((await run({ exabgp_log_enable: 'false' })).stderr).toBe('');
  });

  it('what is set and does nothing is told', async () => {
    const env = { exabgp_reactor_speed: '2.0', 'exabgp.log.levle': 'INFO', exabgp_cache_attributes: 'true' };
    const { stderr } = await peerline(['env', '--diff'], { env });
    expect(stderr).toBe(
      "warning: exabgp_reactor_speed is without effect: nothing is polled\nwarning: exabgp.log.levle: there is no such setting; did you mean 'log.level'?\n",
    );
  });
});

describe('settings of connections and processes', () => {
  it.each([{ exabgp_tcp_once: 'true' }, { exabgp_tcp_attempts: '1' }, { exabgp_tcp_connections: '1' }])(
    '%j ends it when no neighbor is left',
    async (env) => {
      const { code, stderr } = await peerline(['run', conf(workspace(), NEIGHBOR('connect 1;'))], { env });
      expect(code).toBe(0);
      expect(stderr).toContain('tcp.attempts: no neighbor is left to connect to');
    },
  );

  it('tcp.attempts counts sessions that ended, of each neighbor', async () => {
    const port = await freePort();
    const dir = workspace();
    const daemon = await Daemon.run(
      dir,
      `${neighborConf({ port, process: 'p' })}process p { run /bin/cat; }`,
      {
        exabgp_tcp_attempts: '2',
      },
    );
    const first = await RawPeer.established({ port });
    first.socket.end();
    await daemon.logged('down');
    const second = await RawPeer.established({ port });
    expect(daemon.running).toBe(true);
    second.socket.end();
    expect(await daemon.exited).toBe(0);
  });

  it.each([
    { env: {}, software: /^Peerline\/\d/ },
    // what ExaBGP itself calls itself then: its own tests, and scripts that compare OPENs, set it
    { env: { exabgp_version: '5.0.0-0+test' }, software: /^ExaBGP\/5\.0\.0-0\+test$/ },
  ])('exabgp_version is told as the software version: $env', async ({ env, software }) => {
    const port = await freePort();
    const text = neighborConf({ port, process: 'p', more: 'capability { software-version enable; }' });
    await Daemon.run(workspace(), `${text} process p { run /bin/cat; }`, env);
    const peer = await RawPeer.connect({ port });
    peer.send(rawOpen());
    const open = await peer.next(TYPE.open);
    const [, length = '', octets = ''] = /4b..(..)((?:..)*)/.exec(open) ?? [];
    const said = Buffer.from(octets, 'hex').toString().slice(0, Number.parseInt(length, 16));
    expect(said).toMatch(software);
  });

  it('api.terminate ends it when a process does', async () => {
    const dir = workspace();
    const text = `process p { run /bin/true; encoder json; } ${NEIGHBOR('passive; api { processes [ p ]; }')}`;
    const { code, stderr } = await peerline(['run', conf(dir, text)], {
      env: { exabgp_api_terminate: 'true' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain('api.terminate: a process ended');
  });
});
