import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PROGRAM } from '../support/e2e.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECONDS = 8;

/** The lines of a newcomer's first minute, cut short. */
async function start(): Promise<{ code: number | null; output: string; group: number }> {
  const child = spawn('npm', ['start', '--', '--seconds', String(SECONDS)], { cwd: ROOT, detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output, group: child.pid ?? 0 };
}

/** Command lines of processes of this package that run. */
function leftovers(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(`${ROOT}etc/quickstart`) ? [`${pid} ${line}`] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

it('npm start shows BGP, BMP and a handler at work, and leaves nothing behind', async () => {
  const { code, output } = await start();
  expect(code, output).toBe(0);
  expect(output).toContain('Peerline quick start');
  for (const line of [
    /^handler +BGP 127\.0\.0\.2 is up$/m,
    /^handler +BGP 127\.0\.0\.2 opened as AS 65002/m,
    /^handler +BGP 127\.0\.0\.2 announced ipv4 unicast 198\.51\.100\.0\/24 next-hop 192\.0\.2\.2$/m,
    /^handler +BGP 127\.0\.0\.2 announced ipv6 unicast 2001:db8:100::\/40 next-hop 2001:db8::2$/m,
    /^handler +BMP .*: peer [\d.]+ is up$/m,
    /^handler +BMP .*: peer [\d.]+ announced ipv4 unicast /m,
    /^router +BGP 127\.0\.0\.1 announced ipv4 unicast 192\.0\.2\.128\/25 next-hop 127\.0\.0\.1$/m,
    /peerline check my\.conf && peerline run my\.conf/,
  ]) {
    expect(output).toMatch(line);
  }
  expect(output).not.toMatch(/\n\s+at |a bug/);
  expect(leftovers()).toEqual([]);
});

it('npx peerline runs what is built already', () => {
  const built = statSync(PROGRAM).mtimeMs;
  const cache = mkdtempSync(join(tmpdir(), 'peerline-npx-'));
  const env = { ...process.env, npm_config_cache: cache };
  try {
    const out = execFileSync('npx', ['peerline', 'version'], { cwd: ROOT, env, encoding: 'utf8' });
    expect(out).toMatch(/^peerline \d/);
    expect(statSync(PROGRAM).mtimeMs).toBe(built);
  } finally {
    rmSync(cache, { recursive: true });
  }
});
