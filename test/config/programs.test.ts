import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveProgram } from '../../src/config/programs.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'programs-'));
  mkdirSync(join(folder, 'run'));
  for (const [name, mode] of [
    ['run/good.sh', 0o755],
    ['run/plain', 0o644],
    ['run/setuid', 0o4755],
    ['run/setgid', 0o2755],
  ] as const) {
    writeFileSync(join(folder, name), '#!/bin/sh\n');
    chmodSync(join(folder, name), mode);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('resolveProgram', () => {
  it.each(['./run/good.sh', 'run/good.sh'])('finds %s beside the configuration', (program) => {
    expect(resolveProgram(program, folder)).toEqual({ path: join(folder, 'run/good.sh') });
  });

  it('takes an absolute path as it is, and a name from PATH', () => {
    expect(resolveProgram(join(folder, 'run/good.sh'), '/nowhere')).toEqual({
      path: join(folder, 'run/good.sh'),
    });
    expect(resolveProgram('sh', folder)).toEqual({ path: expect.stringMatching(/\/sh$/) });
  });

  it.each([
    ['nothing.sh', 'there is no such program'],
    ['', 'there is no such program'],
    ['a\0b', 'there is no such program'],
    ['x'.repeat(5000), 'there is no such program'],
    ['run', '/run is a directory'],
    ['run/plain', '/run/plain is not executable (chmod +x)'],
    ['run/setuid', '/run/setuid is setuid or setgid, which is refused'],
    ['run/setgid', '/run/setgid is setuid or setgid, which is refused'],
    ['/dev/null', '/dev/null is not a regular file'],
  ])('refuses %j', (program, error) => {
    expect(resolveProgram(program, folder)).toEqual({ error: expect.stringContaining(error) });
  });
});
