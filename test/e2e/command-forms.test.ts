import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { hex, RawPeer, TYPE } from '../support/raw-peer.ts';

async function running(more = '', process = '', env: Record<string, string> = {}) {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const conf =
    processConf(handler.run, 'driven', `encoder json; ${process}`) +
    neighborConf({ port, more }) +
    neighborConf({ port: await freePort(), peer: '127.0.0.3', more });
  const daemon = await Daemon.run(dir, conf, env);
  const peer = await RawPeer.established({ port });
  await handler.up();
  return { dir, daemon, peer, handler };
}

/** Waits for a line. */
const line = (handler: Driven, text: string) =>
  eventually(() => handler.lines.includes(text), {
    why: () => `${text} in\n${handler.replies.slice(-10).join('\n')}`,
  });

const prefixesOf = (peer: RawPeer) =>
  peer.of(TYPE.update).flatMap((body) => [...body.matchAll(/200a(?:[0-9a-f]{6})/g)].map(([each]) => each));

describe('commands', () => {
  it('with ids: ten thousand at once, each answered with its own, and no other', async () => {
    const { handler } = await running();
    let sent = 0;
    while (sent < 10_000) {
      const lines = Array.from({ length: 500 }, (_, i) => {
        const id = sent + i;
        if (id % 3 === 0) return `@${id} bogus`;
        return id % 3 === 1
          ? `{"id":${id},"command":"version"}`
          : `@${id} announce route 10.0.0.1/32 next-hop self`;
      });
      handler.write(`${lines.join('\n')}\n`);
      sent += lines.length;
      await eventually(() =>
        handler.lines.some((each) => each.includes(`${sent - 1} `) || each.includes(`${sent - 1},`)),
      );
    }
    const ends = handler.replies.filter((each) => /^@\d+ (?:done|error)$|"status"/.test(each));
    expect(ends.length).toBe(10_000);
    expect(ends[0]).toBe('@0 error');
    expect(ends[1]).toBe('{"type": "reply", "id": 1, "status": "done"}');
    expect(ends[2]).toBe('@2 done');
    expect(new Set(ends.map((each) => /\d+/.exec(each)?.[0])).size).toBe(10_000);
    expect(handler.replies).not.toContain('done');
  });

  it('with ids are answered though answers are switched off', async () => {
    const { handler } = await running();
    await handler.command('disable-ack');
    handler.write('announce route 10.0.0.1/32 next-hop self\n@1 version\n#2 version\n# 3 version\n');
    await line(handler, '@1 done');
    await line(handler, '#2 done');
    expect(handler.replies.filter((each) => each === 'done')).toHaveLength(1);
  });

  it('dry-run changes nothing, and says what would be', async () => {
    const { handler, peer } = await running();
    expect(await handler.command('dry-run announce route 10.0.0.1/32 next-hop self')).toMatchObject([
      expect.stringMatching(/^would announce 1 route\(s\): neighbor 127.0.0.2 /),
      expect.stringMatching(/^would announce 1 route\(s\): neighbor 127.0.0.3 /),
      'done',
    ]);
    expect(await handler.command('dry-run shutdown')).toEqual(['done']);
    expect(await handler.command('dry-run announce route 10.0.0.1/33 next-hop self')).toEqual(['error']);
    expect(await handler.command('dry-run neighbor 127.0.0.9 teardown 2')).toEqual(['error']);
    expect(await handler.command('show adj-rib out')).toEqual(['done']);
    expect(prefixesOf(peer)).toEqual([]);
  });

  it('wait for a flush with auto-flush false', async () => {
    const { handler, peer } = await running('auto-flush false;');
    await handler.command('announce route 10.0.0.1/32 next-hop self');
    await handler.command('announce route 10.0.0.2/32 next-hop self');
    await handler.command('sync');
    expect(prefixesOf(peer)).toEqual([]);
    await handler.command('flush adj-rib out');
    await eventually(() => prefixesOf(peer).length === 2);
  });

  it('QUIRK: leave as they come in version 4, also with auto-flush false', async () => {
    const { handler, peer } = await running('auto-flush false;', '', { peerline_api_version: '4' });
    await handler.command('announce route 10.0.0.1/32 next-hop self');
    await eventually(() => prefixesOf(peer).length === 1);
    await handler.command('flush adj-rib out');
    await eventually(() => prefixesOf(peer).length === 2);
  });

  it('sync is answered when the neighbor has it, and those behind it wait for their turn', async () => {
    const { handler, peer } = await running('rate-limit 50;');
    const before = performance.now();
    const routes = Array.from(
      { length: 100 },
      (_, i) => `announce route 10.0.0.${i}/32 next-hop self med ${i}`,
    );
    handler.write(`${routes.join('\n')}\n@s sync\nversion\n`);
    await line(handler, '@s done');
    expect(performance.now() - before).toBeGreaterThan(900);
    await eventually(() => prefixesOf(peer).length === 100);
    const { replies } = handler;
    expect(replies.indexOf('@s done')).toBe(100);
    await eventually(() => handler.replies.length === 103);
    expect(await handler.command('announce route 10.0.1.1/32 next-hop self sync')).toEqual(['done']);
    expect(await handler.command('enable-sync')).toEqual(['done']);
    expect(await handler.command('withdraw route 10.0.1.1/32')).toEqual(['done']);
  });

  it('group: all at once in one UPDATE, or nothing', async () => {
    const { handler, peer } = await running();
    await handler.command('group start');
    for (let i = 0; i < 50; i++)
      expect(await handler.command(`announce route 10.0.0.${i}/32 next-hop self`)).toEqual(['done']);
    expect(await handler.command('show adj-rib out')).toEqual(['done']);
    expect(await handler.command('group start')).toEqual(['error']);
    expect(await handler.command('announce route 10.0.0.0/33 next-hop self')).toEqual(['error']);
    expect(await handler.command('group end')).toEqual(['error']);
    expect(prefixesOf(peer)).toEqual([]);
    handler.write('group start\n');
    handler.write(
      Array.from({ length: 50 }, (_, i) => `announce route 10.0.1.${i}/32 next-hop self\n`).join(''),
    );
    handler.write('@g group end\n');
    await line(handler, '@g done');
    await peer.update(hex(0x200a0001, 4));
    expect(peer.of(TYPE.update).filter((body) => body.includes('200a0001'))).toHaveLength(1);
    expect(await handler.command('group end')).toEqual(['error']);
  });

  it('on-exit withdraw takes back what a process announced, and nothing else', async () => {
    const { handler, peer, daemon } = await running(
      'static { route 10.9.0.0/16 next-hop self; }',
      'on-exit withdraw; respawn false;',
    );
    await handler.command('announce route 10.0.0.1/32 next-hop self');
    await handler.command('announce route 10.0.0.2/32 next-hop self');
    await handler.command('withdraw route 10.0.0.2/32');
    await peer.update('200a000001');
    process.kill(Number(daemon.entries('process started')[0]?.pid), 'SIGKILL');
    await daemon.logged('routes of a process withdrawn', { routes: 1 });
    await peer.update('0005200a0000010000');
    expect(peer.of(TYPE.update).some((body) => body.includes('0003100a09'))).toBe(false);
  });
});
