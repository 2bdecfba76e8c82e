import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/config/migrate/unified-diff.ts';

describe('unifiedDiff', () => {
  it('has hunks with three lines around each change', () => {
    const before = `${Array.from({ length: 20 }, (_, i) => i).join('\n')}\n`;
    const after = before.replace('\n3\n', '\nthree\n').replace('\n16\n', '\n');
    expect(unifiedDiff(before, after, 'x.conf')).toBe(`--- x.conf
+++ x.conf (today's form)
@@ -1,7 +1,7 @@
 0
 1
 2
-3
+three
 4
 5
 6
@@ -14,7 +14,6 @@
 13
 14
 15
-16
 17
 18
 19
`);
    expect(unifiedDiff(before, before, 'x.conf')).toBe('');
  });

  it('makes one of the other, applied strictly', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '', '}', 'e f'), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const [before, after] = [`${a.join('\n')}\n`, `${b.join('\n')}\n`];
        const diff = unifiedDiff(before, after, 'x');
        expect(diff === '').toBe(before === after);
        expect(patched(a, diff)).toEqual(b);
      }),
    );
  });
});

/** As patch(1) does without any fuzz: every line of a hunk, and its numbers, must be right. */
function patched(before: readonly string[], diff: string): string[] {
  const [, , ...lines] = diff.split('\n').slice(0, -1);
  const out: string[] = [];
  let at = 0;
  for (const line of lines) {
    const hunk = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      out.push(...before.slice(at, start));
      at = start;
      expect(Number(hunk[3]) - (hunk[4] === '0' ? 0 : 1)).toBe(out.length);
    } else if (line.startsWith('+')) out.push(line.slice(1));
    else {
      expect(line.slice(1)).toBe(before[at]);
      at++;
      if (line.startsWith(' ')) out.push(line.slice(1));
    }
  }
  return [...out, ...before.slice(at)];
}
