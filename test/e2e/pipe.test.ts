import { spawn } from 'node:child_process';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { environment, eventually, freePort, PROGRAM, peerline } from '../support/e2e.ts';
import { raw, rawListener, rawUpdate, TYPE } from '../support/raw-peer.ts';

const HOST = '127.0.0.2';
const CEASE_SHUTDOWN = /^0602/;

/** A router that takes the session as soon as it comes, and says the lines in return. */
async function router(says: readonly string[] = []) {
  const port = await freePort(HOST);
  const { peers } = await rawListener(port, HOST);
  const met = (async () => {
    const peer = await eventually(() => peers[0], { ms: 20_000 });
    await peer.establish();
    for (const octets of says) peer.send(octets);
    return peer;
  })();
  const args = ['pipe', '--peer', `${HOST}:${port}`, '--local-address', '127.0.0.1', '--local-as', '65001'];
  return { met, args };
}

const route = (i: number) => `announce route 10.${i >> 8}.${i & 255}.0/24 next-hop 192.0.2.1\n`;

describe('peerline pipe', () => {
  it('sends what stdin says, all of it, and leaves', async () => {
    const { met, args } = await router();
    const lines = Array.from({ length: 25_000 }, (_, i) => route(i)).join('');
    const [peer, end] = await Promise.all([met, peerline([...args, '--once', '--ack'], { input: lines })]);
    expect(end.stderr).toBe('');
    expect(end.code).toBe(0);
    expect(end.stdout.split('\n').filter((line) => line === 'done')).toHaveLength(25_000);
    const nlri = peer.of(TYPE.update).join('');
    expect(nlri.match(/180a[0-9a-f]{4}/g)?.length).toBeGreaterThanOrEqual(25_000);
    expect(peer.of(TYPE.notification)).toEqual([expect.stringMatching(CEASE_SHUTDOWN)]);
  });

  it('leaves a slow peer when it has read all, and one that goes before with an error', async () => {
    const COUNT = 8000;
    // an UPDATE each: what the system takes at once, and more than the peer has read then
    const lines = Array.from({ length: COUNT }, (_, i) => `${route(i).trimEnd()} med ${i}\n`).join('');
    const [slow, deaf] = [await router(), await router()];
    const sent = [slow, deaf].map(({ args }) => peerline([...args, '--once'], { input: lines }));
    const [one, other] = await Promise.all(
      [slow, deaf].map(async ({ met }) => {
        const peer = await met;
        await peer.next(TYPE.update);
        peer.socket.pause();
        return peer;
      }),
    );
    // longer than a session that ends is waited for
    for (let seconds = 0; seconds < 4; seconds++) {
      one?.send(raw(TYPE.keepalive));
      await sleep(1000);
    }
    one?.socket.resume();
    other?.socket.resetAndDestroy();
    const [ended, gaveUp] = await Promise.all(sent);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(one?.of(TYPE.update).filter((body) => body.includes('180a'))).toHaveLength(COUNT);
    expect(one?.of(TYPE.notification)).toEqual([expect.stringMatching(CEASE_SHUTDOWN)]);
    expect(gaveUp).toMatchObject({
      code: 1,
      // the latter where a busy machine was not done with sending
      stderr: expect.stringMatching(/did not read all that was sent|closing connection/),
    });
    other?.socket.destroy();
  });

  it('tells what the peer says, until it goes', async () => {
    const { met, args } = await router([rawUpdate({ nlri: '18c63364' }), raw(TYPE.notification, '0602')]);
    const [, end] = await Promise.all([met, peerline(args)]);
    const events = end.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['state', 'open', 'update', 'notification']),
    );
    expect(events.map(({ counter }) => counter)).toEqual(events.map((_, i) => i + 1));
    expect(events.at(-1)).toMatchObject({ type: 'state', neighbor: { state: 'down' } });
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/^peerline: 127\.0\.0\.2:\d+: /);
  });

  it('counts lines that are no commands, and says so', async () => {
    const { met, args } = await router();
    const [, end] = await Promise.all([met, peerline([...args, '--once'], { input: `bogus\n${route(1)}` })]);
    expect(end.stderr).toContain("found 'bogus'");
    expect(end.stderr).toContain('1 line was no command');
    expect(end.code).toBe(1);
  });

  it('counts a last line that breaks off, and sends no route of it', async () => {
    const { met, args } = await router();
    const input = `${route(1)}${route(2).trimEnd()}`;
    const [peer, end] = await Promise.all([met, peerline([...args, '--once', '--ack'], { input })]);
    expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining('1 line was no command') });
    expect(end.stdout).toMatch(/^error: .*no newline at the end\nerror\n/m);
    expect(peer.of(TYPE.update).join('')).not.toContain('180a0002');
  });

  it('tells of routes whose family the session does not have', async () => {
    const { met, args } = await router();
    const lines = `${route(1)}announce route 2001:db8::/32 next-hop 2001:db8::1\n`;
    const [peer, end] = await Promise.all([met, peerline([...args, '--once'], { input: lines })]);
    expect(peer.of(TYPE.update).join('')).toContain('180a0001');
    expect(end.stderr).toContain('"family":"ipv6 unicast","msg":"routes are not sent: the session');
    expect(end.stderr).toContain('peerline: routes of ipv6 unicast were not sent');
    expect(end.code).toBe(1);
  });

  it('says good-bye to the peer when nobody reads the events any more', async () => {
    const { met, args } = await router();
    const command = `{ "$@"; echo "code $?" >&2; } | head -n 1`;
    const child = spawn('/bin/sh', ['-c', command, 'sh', process.execPath, PROGRAM, ...args], {
      env: environment(),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const exited = new Promise((resolve) => child.once('close', resolve));
    const peer = await met;
    await eventually(() => {
      peer.send(rawUpdate({ nlri: '180a0001' }));
      return peer.closed || undefined;
    });
    await exited;
    expect(peer.of(TYPE.notification)).toEqual([expect.stringMatching(CEASE_SHUTDOWN)]);
    expect(stderr).toBe('code 0\n');
    child.stdin.end();
  });

  it('takes the name of a host', async () => {
    const port = await freePort();
    const refused = await peerline(['pipe', '--peer', `localhost:${port}`, '--local-as', '1', '--wait', '1']);
    expect(refused.stderr).toContain(`localhost:${port}: connect ECONNREFUSED`);
  });

  it.each([[], ['--once']])(
    'says why there is no session, also where there is nothing to send: %j',
    async (...more) => {
      const port = await freePort(HOST);
      const args = ['pipe', '--peer', `${HOST}:${port}`, '--local-as', '65001', '--wait', '1', ...more];
      const end = await peerline(args, { input: '' });
      expect(end.stderr).toMatch(/ECONNREFUSED|refused/);
      expect(end.code).toBe(1);
    },
  );

  it('leaves a session that nothing is to be sent over, once it is up', async () => {
    const { met, args } = await router();
    const [peer, end] = await Promise.all([met, peerline([...args, '--once'], { input: '' })]);
    expect(end.code).toBe(0);
    expect(end.stdout).toContain('"state": "up"');
    expect(peer.of(TYPE.notification)).toEqual([expect.stringMatching(CEASE_SHUTDOWN)]);
  });

  it.each([
    { args: ['--local-as', '65001'], says: /peer/ },
    { args: ['--peer', '192.0.2', '--local-as', '65001'], says: /'192.0.2' is no address/ },
    { args: ['--peer', '192.0.2.1:70000', '--local-as', '65001'], says: /no address/ },
    { args: ['--peer', '192.0.2.1', '--local-as', 'many'], says: /found 'many', expected an AS/ },
    { args: ['--peer', '192.0.2.1', '--local-as', '1; passive'], says: /--local-as: blanks/ },
    { args: ['--peer', '192.0.2.1', '--local-as', '1', '--family', 'ipv4'], says: /'ipv4' is not a family/ },
  ])('refuses $args', async ({ args, says }) => {
    const end = await peerline(['pipe', ...args]);
    expect(end.stderr).toMatch(says);
    expect(end.code).toBe(2);
  });
});
