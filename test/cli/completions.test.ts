import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript, SHELLS } from '../../src/cli/completions.ts';
import { PROGRAMS, VERBS } from '../../src/cli/verbs.ts';

/** What bash offers where the last of these words is being typed. */
function offered(...words: string[]): string[] {
  const script = `${completionScript('bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_peerline; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/etc' }).trim().split('\n');
}

describe('bash', () => {
  it.each([
    [['peerline', 'che'], ['check']],
    [['peerline', 'check', '--pr'], ['--print']],
    [['peerline', 'run', '--log-level', 'de'], ['debug']],
    [['peerline', 'cli', 'show', 'adj'], ['adj-rib']],
    [['peerline', 'shell', 'un'], ['uninstall']],
    [['peerline', 'completion', 'f'], ['fish']],
    [['peerline', 'run', 'hostn'], ['hostname']],
    [['peerline', 'run', '--env-file', 'hostn'], ['hostname']],
  ])('%j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });
});

describe.each(SHELLS)('%s', (shell) => {
  const script = completionScript(shell);

  it('knows every verb and option', () => {
    for (const [name, row] of Object.entries(VERBS)) {
      expect(script).toContain(name);
      for (const option of Object.keys(row.options)) {
        const { without } = (row.options as Record<string, { without?: string }>)[option] ?? {};
        if (without === undefined) expect(script).toContain(option);
      }
    }
    for (const name of Object.keys(PROGRAMS)) expect(script).toContain(name);
  });

  it('is no mistake to its shell', ({ skip }) => {
    const { status, stderr, error } = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
    if (error !== undefined) skip();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
