import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { controlled } from '../support/control.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, peerline, script, sleep, workspace } from '../support/e2e.ts';
import { resident } from '../support/proc.ts';
import { hex, RawPeer, raw, rawUpdate, TYPE } from '../support/raw-peer.ts';

/** `npm run soak` runs the long forms. */
const LONG = process.env.PEERLINE_SOAK === '1';
const COUNT = 20_000;
const LAST = `10.0.${(COUNT - 1) >> 8}.${(COUNT - 1) & 255}/32`;

function updates(): string {
  return Array.from({ length: COUNT }, (_, i) => rawUpdate({ nlri: `20${hex(0x0a000000 + i, 4)}` })).join('');
}

describe('a handler that does not read', () => {
  it('BUG of 4.2 and 5: stops the daemon; it costs neither the session nor other handlers anything', async () => {
    const dir = workspace();
    const port = await freePort();
    const good = new Driven(dir);
    const conf =
      processConf('sleep 1000', 'deaf') +
      processConf(good.run) +
      neighborConf({ port, process: 'deaf driven' });
    const daemon = await Daemon.run(dir, conf);
    const peer = await RawPeer.established({ port }, { hold: 3 });
    await good.up();
    const alive = setInterval(() => peer.send(raw(TYPE.keepalive)), 700);
    peer.send(updates());
    await eventually(() => good.lines.at(-1)?.includes(LAST), { ms: 30_000 });
    await sleep(2500);
    clearInterval(alive);
    expect(good.events('update').length).toBe(COUNT);
    expect(good.lines.some((line) => line.includes('"gap"'))).toBe(false);
    expect(peer.closed).toBe(false);
    const times = peer.messages.filter(({ type }) => type === TYPE.keepalive).map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? at));
    expect(Math.max(...gaps)).toBeLessThan(1700);
    expect(daemon.entries('down')).toEqual([]);
    const ended = performance.now();
    expect(await daemon.stop()).toBe(0);
    expect(performance.now() - ended).toBeLessThan(4000);
  });

  it('loses the oldest lines at last, and is told of the gap', async () => {
    const dir = workspace();
    const port = await freePort();
    const file = `${dir}/late`;
    const run = `sh -c 'while [ ! -e ${dir}/go ]; do sleep 0.05; done; cat > ${file}; true'`;
    const daemon = await Daemon.run(
      dir,
      processConf(run, 'late') + neighborConf({ port, process: 'late', receive: 'consolidate; update;' }),
    );
    const peer = await RawPeer.established({ port });
    const many = Array.from({ length: 60_000 }, (_, i) =>
      rawUpdate({ nlri: `20${hex(0x0a000000 + i, 4)}` }),
    ).join('');
    peer.send(many);
    await daemon.logged('process does not read: lines dropped', { process: 'late' });
    writeFileSync(`${dir}/go`, '');
    await eventually(() => existsSync(file) && /"type": ?"gap"/.test(readFileSync(file, 'utf8')), {
      ms: 20_000,
    });
    expect(peer.closed).toBe(false);
  });

  it('that floods commands does not delay others for long', async () => {
    const dir = workspace();
    const port = await freePort();
    const good = new Driven(dir);
    const conf =
      processConf("sh -c 'yes version'", 'flood') +
      processConf(good.run) +
      neighborConf({ port, process: 'driven' });
    const daemon = await Daemon.run(dir, conf);
    await daemon.logged('process started', { process: 'flood' });
    const peer = await RawPeer.established({ port });
    await good.up();
    const started = performance.now();
    expect(await good.command('announce route 198.51.100.0/24 next-hop self')).toEqual(['done']);
    await peer.update('18c63364');
    expect(performance.now() - started).toBeLessThan(3000);
    expect(daemon.running).toBe(true);
  });

  it('and a peer that floods: twenty clients at once are each answered within a second', async () => {
    const [dir, port] = [workspace(), await freePort()];
    const conf =
      processConf("sh -c 'yes announce route 10.0.0.1/32 next-hop self'", 'flood') +
      processConf("sh -c 'exec cat >/dev/null'") +
      neighborConf({ port, process: 'flood driven' });
    const { daemon, path, client } = await controlled(dir, conf);
    const peer = await RawPeer.established({ port });
    const octets = Buffer.from(updates(), 'hex');
    let flooding = true;
    const feeding = (async () => {
      while (flooding) {
        peer.socket.write(octets);
        while (flooding && peer.socket.writableLength > 0) await sleep(5);
      }
    })();
    const clients = Array.from({ length: 20 }, client);
    const waits: number[] = [];
    for (let round = 0; round < 5; round++) {
      const asked = performance.now();
      await Promise.all(
        clients.map(async (each, n) => {
          const lines = await each.ask(
            n % 2 === 0 ? 'show neighbor summary' : `announce route 10.1.${n}.0/24 next-hop self`,
          );
          expect(lines.at(-1)).toBe('done');
          waits.push(performance.now() - asked);
        }),
      );
    }
    console.info(`answers of up to ${Math.round(Math.max(...waits))} ms`);
    // whole programs: on a busy machine their start takes longest; an answer that is late they do not wait for
    const programs = Array.from({ length: LONG ? 20 : 3 }, () =>
      peerline(['cli', '--timeout', LONG ? '1' : '5', 'show', 'neighbor', 'summary'], {
        env: { peerline_api_socketpath: path },
      }),
    );
    for (const { code, stderr, stdout } of await Promise.all(programs)) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('established');
    }
    flooding = false;
    await feeding;
    expect(Math.max(...waits)).toBeLessThan(1000);
    await peer.update('180a0113');
    expect(daemon.entries('down')).toEqual([]);
  });
});

describe('many neighbors that send at once', () => {
  it('fill no queue of a handler that reads, however slowly, and are heard by turns', async () => {
    const [dir, port] = [workspace(), await freePort()];
    const file = join(dir, 'told');
    const slowly = script(
      join(dir, 'slowly'),
      `#!/usr/bin/perl
open(my $out, '>', '${file}');
while (sysread(STDIN, my $lines, 65536)) { syswrite($out, $lines); select(undef, undef, undef, 0.004); }
`,
    );
    const addresses = Array.from({ length: 50 }, (_, n) => `127.3.0.${n + 1}`);
    const each = 1600;
    const conf = addresses.map((peer) =>
      neighborConf({ port, peer, process: 'slowly', receive: 'parsed; update;' }),
    );
    const daemon = await Daemon.run(
      dir,
      processConf(slowly, 'slowly', 'encoder json; queue { limit-bytes 2M; }') + conf.join(''),
    );
    const peers = await Promise.all(
      addresses.map((from, n) =>
        RawPeer.established({ port, from }, { hold: 9, id: hex(0xc0000300 + n, 4) }),
      ),
    );
    // all of it is there when the daemon looks
    execFileSync('kill', ['-STOP', String(daemon.pid)]);
    for (const [n, peer] of peers.entries())
      peer.send(
        Array.from({ length: each }, (_, i) =>
          rawUpdate({ nlri: `20${hex(0x0a000000 + n * each + i, 4)}` }),
        ).join(''),
      );
    await sleep(500);
    execFileSync('kill', ['-CONT', String(daemon.pid)]);
    const alive = setInterval(() => {
      for (const peer of peers) peer.send(raw(TYPE.keepalive));
    }, 1000);
    onTestFinished(() => clearInterval(alive));
    const size = () => (existsSync(file) ? statSync(file).size : 0);
    // all of them are read again only when they may be there: no line is shorter
    await eventually(
      () => size() > 240 * each * peers.length && toldBy(file).length === each * peers.length,
      { ms: 50_000, why: () => `${size()} octets, ${toldBy(file).length} told` },
    );
    expect(daemon.entries('process does not read: lines dropped')).toEqual([]);
    expect(daemon.entries('down')).toEqual([]);
    const told = toldBy(file);
    const firsts = addresses.map((address) => told.indexOf(address));
    const lasts = addresses.map((address) => told.lastIndexOf(address));
    expect(Math.max(...firsts)).toBeLessThan(Math.min(...lasts));
  });
});

/** Whose UPDATEs a handler was told, in order. */
function toldBy(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/"peer": "([\d.]+)" \}, .*"update": \{/g)].map(
    ([, peer = '']) => peer,
  );
}

describe('many routes out', () => {
  it('of commands reach a peer that reads slowly, all of them', async () => {
    const dir = workspace();
    const port = await freePort();
    const file = `${dir}/routes`;
    writeFileSync(
      file,
      Array.from(
        { length: COUNT },
        (_, i) => `announce route 10.0.${i >> 8}.${i & 255}/32 next-hop self\n`,
      ).join(''),
    );
    await Daemon.run(
      dir,
      processConf(`sh -c 'cat ${file}; exec cat >&2'`, 'bulk', 'encoder json;') +
        neighborConf({ port, process: 'bulk' }),
    );
    const peer = await RawPeer.established({ port });
    peer.socket.pause();
    await sleep(300);
    peer.socket.resume();
    const prefixes = () => {
      const seen = new Set<string>();
      for (const body of peer.of(TYPE.update)) {
        for (const [, nlri = ''] of body.matchAll(/20(0a00[0-9a-f]{4})/g)) seen.add(nlri);
      }
      return seen.size;
    };
    let last = -1;
    await eventually(
      () => {
        last = prefixes();
        return last >= COUNT;
      },
      { ms: 30_000, why: () => `${last} prefixes` },
    );
  });

  it('leave no faster than rate-limit says, and commands are answered at once all the same', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    await Daemon.run(dir, processConf(handler.run) + neighborConf({ port, more: 'rate-limit 20;' }));
    const peer = await RawPeer.established({ port });
    await handler.up();
    const started = performance.now();
    // attributes of their own: one UPDATE each
    for (let n = 0; n < 60; n++) {
      handler.write(`announce route 10.1.${n}.0/24 next-hop self med ${n}\n`);
    }
    await eventually(() => handler.replies.length === 60);
    expect(performance.now() - started).toBeLessThan(1500);
    const told = () => peer.messages.filter(({ body }) => body.includes('180a01'));
    await eventually(() => told().length === 60, { why: () => `${told().length} UPDATEs` });
    const times = told().map(({ atMs }) => atMs);
    // a second's worth may leave at once, and what is late is seen later
    for (const [n, at] of times.entries()) {
      const since = times.filter((other) => other <= at && other > at - 1000).length;
      expect(since, `${n}`).toBeLessThanOrEqual(45);
    }
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1800);
  });
});

/** `npm run soak` takes ten millions; the memory of the first tenth is what all later ones may take. */
const CHANGES = LONG ? 10_000_000 : 200_000;

it('routes that are announced and withdrawn again and again leave no memory behind', {
  timeout: LONG ? 1_800_000 : 60_000,
}, async () => {
  const [dir, port] = [workspace(), await freePort()];
  const driven = new Driven(dir);
  const half = CHANGES / 20_000;
  // 10,000 prefixes, with attributes that change from time to time, and then none of them
  const program = script(
    join(dir, 'churn.sh'),
    `#!/bin/sh
exec 3<&0
cat <&3 >/dev/null &
for part in 1 9; do
  while [ ! -e ${dir}/$part ]; do sleep 0.05; done
  awk -v rounds=$((${half} * part / 10)) 'BEGIN { for (r = 0; r < rounds; r++) {
    for (i = 0; i < 10000; i++) printf "announce route 10.0.%d.%d/32 next-hop 192.0.2.1 med %d\\n", i / 256, i % 256, r
    for (i = 0; i < 10000; i++) printf "withdraw route 10.0.%d.%d/32\\n", i / 256, i % 256 } }'
done
wait
`,
  );
  const conf =
    processConf(driven.run) + processConf(program, 'churn') + neighborConf({ port, process: 'churn driven' });
  const daemon = await Daemon.run(dir, conf);
  const peer = await RawPeer.established({ port });
  // what it hears is not what this is about
  peer.socket.removeAllListeners('data').resume();
  const alive = setInterval(() => peer.send(raw(TYPE.keepalive)), 1000);
  onTestFinished(() => clearInterval(alive));
  const taken = async () => {
    const [line = '[]'] = await driven.command('show process json');
    const all: { name: string; commands: { taken: number } }[] = JSON.parse(line);
    return all.find(({ name }) => name === 'churn')?.commands.taken ?? 0;
  };
  const settled = async (part: number, count: number) => {
    writeFileSync(join(dir, String(part)), '');
    while ((await taken()) < count) await sleep(200);
    // what is quiet is tidied up
    let least = Number.POSITIVE_INFINITY;
    for (let look = 0; look < 15; look++) {
      await sleep(LONG ? 1000 : 100);
      least = Math.min(least, resident(daemon.pid));
    }
    return least;
  };
  const before = await settled(1, CHANGES / 10);
  const after = await settled(9, CHANGES);
  console.info(`${before} KiB after a tenth, ${after} KiB after ${CHANGES} changes`);
  expect(after).toBeLessThan(before * (LONG ? 1.1 : 1.25));
  expect(await driven.command('show adj-rib out')).toEqual(['done']);
  expect(peer.closed).toBe(false);
});
