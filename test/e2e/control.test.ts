import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { controlled } from '../support/control.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { until } from '../support/wait.ts';

const ROUTES = 10_000;

async function conf(more = ''): Promise<string> {
  return processConf('/bin/cat') + neighborConf({ port: await freePort(), more });
}

/** A neighbor with a table that is larger than what may be queued for a client. */
function manyRoutes(): string {
  const routes = Array.from(
    { length: ROUTES },
    (_, i) => `route 10.${i >> 8}.${i & 255}.0/24 next-hop 192.0.2.1 community [ 65000:1 65000:2 65000:3 ];`,
  );
  return `static { ${routes.join('\n')} }`;
}

describe('the control socket', () => {
  it('takes the commands of processes, for every neighbor', async () => {
    const { client } = await controlled(workspace(), await conf());
    const one = client();
    expect(await one.ask('version')).toEqual([expect.stringMatching(/^peerline \d/), 'done']);
    expect(await one.ask('announce route 198.51.100.0/24 next-hop 192.0.2.1')).toEqual(['done']);
    expect(await one.ask('show adj-rib out')).toEqual([
      '127.0.0.2 ipv4 unicast 198.51.100.0/24 next-hop 192.0.2.1',
      'done',
    ]);
    expect(await one.ask('show neighbor summary')).toHaveLength(3);
    expect(await one.ask('anounce route 198.51.100.0/24 next-hop 192.0.2.1')).toEqual([
      "error: column 1: found 'anounce', expected a command; did you mean 'announce'?",
      'error',
    ]);
    expect(await one.ask('neighbor 192.0.2.9 announce route 198.51.100.0/24 next-hop 192.0.2.1')).toEqual([
      'error: column 1: no neighbor matches',
      'error',
    ]);
  });

  it('answers each of many clients what it asked, in its order', async () => {
    const { client } = await controlled(workspace(), await conf());
    const clients = Array.from({ length: 20 }, () => client());
    const asked = clients.map(async (each, i) => {
      for (let n = 0; n < 50; n++) each.socket.write(`announce route 10.${i}.${n}.0/24 next-hop 192.0.2.1\n`);
      each.socket.write(i % 2 === 0 ? 'version\n' : 'nonsense\n');
      await eventually(() => each.lines.filter((line) => line === 'done' || line === 'error').length === 51);
      return each.lines.filter((line) => line !== 'done');
    });
    for (const [i, rest] of (await Promise.all(asked)).entries()) {
      expect(rest).toEqual(
        i % 2 === 0 ? [expect.stringContaining('peerline')] : [expect.anything(), 'error'],
      );
    }
    expect(await client().ask('show adj-rib out')).toHaveLength(20 * 50 + 1);
  });

  it('each client has its own acknowledgements', async () => {
    const { client } = await controlled(workspace(), await conf());
    const [quiet, other] = [client(), client()];
    expect(await quiet.ask('disable-ack')).toEqual(['done']);
    quiet.socket.write('announce route 10.0.0.0/8 next-hop 192.0.2.1\n');
    expect(await other.ask('ping text')).toHaveLength(2);
    expect(await quiet.ask('enable-ack')).toEqual(['done']);
  });

  it('gives a table of any size to a slow client, while others are served', async () => {
    const { client } = await controlled(workspace(), await conf(manyRoutes()));
    const slow = client();
    slow.socket.pause();
    slow.socket.write('show adj-rib out extensive\nversion\n');
    const quick = client();
    expect(await quick.ask('show adj-rib out extensive')).toHaveLength(ROUTES + 1);
    slow.socket.resume();
    await eventually(() => slow.text.endsWith('done\n') && slow.text.includes('\npeerline '), { ms: 20_000 });
    expect(slow.lines).toHaveLength(ROUTES + 3);
  });

  it('drops and counts what a client does not read, and never waits for it', async () => {
    const { client, daemon } = await controlled(workspace(), await conf());
    const deaf = client();
    deaf.socket.pause();
    deaf.socket.write('help\n'.repeat(5000));
    const other = client();
    // on a busy machine an answer comes in pages, and somebody who does not read has ten seconds for the first of them
    const entry = await eventually(
      () => daemon.entries('control client does not read: lines dropped', { client: 'cli-1' })[0],
      { ms: 30_000, why: () => daemon.transcript },
    );
    expect(entry.queuedBytes).toBeLessThan(3 * 1024 * 1024);
    const status = (await other.ask('show process')).find((line) => line.startsWith('cli-1 '));
    expect(status).toMatch(/dropped 0 events, [1-9]\d* replies spilled 0 commands \d+ refused \d+$/);
    deaf.socket.destroy();
    await eventually(
      async () => !(await other.ask('show process')).some((line) => line.startsWith('cli-1 ')),
    );
  });

  it('a client that dies, or writes no line, harms nobody', async () => {
    const { client, daemon } = await controlled(workspace(), await conf());
    for (let i = 0; i < 30; i++) {
      const dying = client();
      dying.socket.write('show adj-rib out\nannounce route 10.0.0');
      dying.socket.once('connect', () => dying.socket.destroy());
    }
    const junk = client();
    junk.socket.write(Buffer.from('fffe00010a00ff80', 'hex'));
    junk.socket.end('x'.repeat(3_000_000));
    await eventually(() => junk.closed);
    expect(await client().ask('show adj-rib out')).toEqual(['done']);
    expect(daemon.raw).toBe('');
  });

  it('refuses an unfinished last line: its end may be missing', async () => {
    const { client } = await controlled(workspace(), await conf());
    const cut = client();
    cut.socket.end('announce route 10.0.0.0/8 next-hop 192.0.2.1');
    await eventually(() => cut.closed);
    expect(cut.lines).toEqual(['error: column 1: no newline at the end', 'error']);
    expect(await client().ask('show adj-rib out')).toEqual(['done']);
  });

  it('answers all that was asked before the client stopped writing', async () => {
    const { client } = await controlled(workspace(), await conf(manyRoutes()));
    const piped = client();
    piped.socket.end('show adj-rib out\nversion\n');
    await eventually(() => piped.closed, { ms: 20_000 });
    expect(piped.lines).toHaveLength(ROUTES + 3);
  });

  it('refuses one client too many, and takes others when some are gone', async () => {
    const { client } = await controlled(workspace(), await conf());
    const clients = Array.from({ length: 64 }, () => client());
    await Promise.all(clients.map((each) => each.ask('version')));
    const last = client();
    await eventually(() => last.closed);
    expect(last.lines).toEqual(['error: too many clients', 'error']);
    clients[0]?.socket.destroy();
    await until('another client is taken', async () => {
      const next = client();
      next.socket.write('version\n');
      await eventually(() => next.lines.length === 2);
      return next.lines[0]?.startsWith('peerline ');
    });
  });

  it('tells who monitors every event, though no process is told any', async () => {
    const port = await freePort();
    const other = await freePort();
    const { client } = await controlled(
      workspace(),
      `neighbor 127.0.0.2 { router-id 192.0.2.1; local-address 127.0.0.1; local-as 65001; peer-as 65002;
         listen ${port}; connect ${other}; family { ipv4 unicast; } }`,
    );
    const [all, text, updates] = [client(), client(), client()];
    expect(await all.ask('monitor')).toEqual(['done']);
    expect(await text.ask('monitor text state update')).toEqual(['done']);
    expect(await updates.ask('monitor json update')).toEqual(['done']);
    expect(await client().ask('monitor xml')).toHaveLength(2);
    await Daemon.run(
      workspace(),
      `neighbor 127.0.0.1 { router-id 192.0.2.2; local-address 127.0.0.2; local-as 65002; peer-as 65001;
         listen ${other}; connect ${port}; family { ipv4 unicast; }
         static { route 203.0.113.0/24 next-hop self; } }`,
    );
    await eventually(() => updates.text.includes('203.0.113.0/24') && text.text.includes('203.0.113.0/24'));
    const events = all.lines.slice(1).map((line) => JSON.parse(line));
    const types = new Set(events.map(({ type }) => type));
    expect([...types]).toEqual(
      expect.arrayContaining(['state', 'fsm', 'negotiated', 'open', 'keepalive', 'update']),
    );
    expect(updates.lines.slice(1).every((line) => JSON.parse(line).type === 'update')).toBe(true);
    expect(text.text).toContain('neighbor 127.0.0.2 up');
  });

  it('a process may not monitor: it is told what its api sections say', async () => {
    const { client, daemon } = await controlled(workspace(), await conf());
    await client().ask('version');
    await daemon.logged('process started');
    const dir = workspace();
    writeFileSync(
      join(dir, 'ask.sh'),
      '#!/bin/sh\necho monitor\nread -r answer\necho "$answer" >&2\nexec cat\n',
      {
        mode: 0o755,
      },
    );
    const asking = await Daemon.run(dir, processConf(join(dir, 'ask.sh')));
    await asking.logged('process says', { stderr: 'error' });
  });

  it('ends with the daemon, whatever its clients do', async () => {
    const { client, daemon, path } = await controlled(workspace(), await conf(manyRoutes()));
    const deaf = client();
    deaf.socket.pause();
    deaf.socket.write('show adj-rib out extensive\n');
    const asking = client();
    expect(await asking.ask('shutdown')).toEqual(['shutdown in progress', 'done']);
    expect(await daemon.exited).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});

describe('the file of the control socket', () => {
  it.each([
    ['0137', 0o640],
    ['0117', 0o660],
    ['0', 0o660],
    ['0777', 0o000],
  ])('with umask %s has mode %o', async (umask, mode) => {
    const { path } = await controlled(workspace(), await conf(), { peerline_daemon_umask: umask });
    expect(statSync(path).mode & 0o777).toBe(mode);
  });

  it('is replaced when its daemon is gone', async () => {
    const dir = workspace();
    const first = await controlled(dir, await conf());
    first.daemon.kill('SIGKILL');
    await first.daemon.exited;
    expect(existsSync(first.path)).toBe(true);
    const { client } = await controlled(dir, await conf());
    expect(await client().ask('version')).toHaveLength(2);
  });

  it('is left alone while a daemon answers, and when that daemon stops another is not robbed', async () => {
    const dir = workspace();
    const first = await controlled(dir, await conf());
    const second = await controlled(dir, await conf());
    const { reason } = await second.daemon.logged('no control socket');
    expect(reason).toBe(`${first.path}: another daemon answers there`);
    await second.daemon.stop();
    expect(await first.client().ask('version')).toHaveLength(2);
    rmSync(first.path);
    const third = await controlled(dir, await conf());
    await first.daemon.stop();
    expect(await third.client().ask('version')).toHaveLength(2);
  });

  it('is not made of a file that is something else, and without a socket the daemon runs on', async () => {
    const dir = workspace();
    writeFileSync(join(dir, 'control.sock'), 'precious');
    const { daemon } = await controlled(dir, await conf());
    const { reason } = await daemon.logged('no control socket');
    expect(reason).toContain('there is a file that is no socket');
    const nowhere = await Daemon.run(workspace(), await conf(), {
      peerline_api_cli: 'true',
      peerline_api_socketpath: '/no/such/directory/x.sock',
    });
    await nowhere.logged('no control socket');
    const long = await Daemon.run(workspace(), await conf(), {
      peerline_api_cli: 'true',
      peerline_api_socketpath: join(dir, 'x'.repeat(200)),
    });
    await long.logged('no control socket');
  });

  it('is put into the first directory that there is', async () => {
    const dir = workspace();
    const daemon = await Daemon.run(dir, await conf(), {
      peerline_api_cli: 'true',
      peerline_api_socketname: 'lab',
      RUNTIME_DIRECTORY: `${dir}:/nowhere`,
    });
    await daemon.logged('control socket listens', { path: join(dir, 'lab.sock') });
  });

  it('is not made when nobody wants it', async () => {
    const dir = workspace();
    await Daemon.run(dir, await conf(), { peerline_api_socketpath: join(dir, 'x.sock') });
    expect(existsSync(join(dir, 'x.sock'))).toBe(false);
  });
});
