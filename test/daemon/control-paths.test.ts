import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findPipes, runDirectories, socketCandidates } from '../../src/daemon/control-paths.ts';

/** The places of ExaBGP's command line, in its order, then the same below its root. */
const PLACES = ['/run/exabgp', '/run/33', '/run', '/var/run/exabgp', '/var/run/33', '/var/run'];

it('sockets and pipes are looked for where ExaBGP looks, in its order', () => {
  const places = { env: {}, uid: 33, root: '/opt/exabgp' };
  expect(runDirectories(places)).toEqual([
    '/run/peerline',
    ...PLACES,
    ...PLACES.map((place) => `/opt/exabgp${place}`),
  ]);
  expect(
    runDirectories({ env: { RUNTIME_DIRECTORY: '/run/a:/run/b', XDG_RUNTIME_DIR: '' }, uid: 33 }),
  ).toEqual(['/run/a', '/run/peerline', ...PLACES]);
  expect(socketCandidates('second', { env: {}, uid: 0 })).toContain('/run/exabgp/second.sock');
});

it('the first directory that has both pipes wins', () => {
  const root = mkdtempSync(join(tmpdir(), 'peerline-paths-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [half, whole, late] = ['run/exabgp', 'run', 'var/run'].map((path) => join(root, path)) as [
    string,
    string,
    string,
  ];
  for (const path of [half, whole, late]) mkdirSync(path, { recursive: true });
  execFileSync('mkfifo', [
    `${half}/odd-name.in`,
    ...['in', 'out'].flatMap((end) => [`${whole}/odd-name.${end}`, `${late}/odd-name.${end}`]),
  ]);
  const places = { env: {}, uid: 33, root };
  expect(findPipes('odd-name', places)).toEqual({ in: `${whole}/odd-name.in`, out: `${whole}/odd-name.out` });
  expect(findPipes('odder-name', places)).toBeUndefined();
});
