import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/files.ts';
import { daemonSuite } from './lab.ts';
import { compare, hunkText } from './side-by-side/compare.ts';
import { DIFFERENCES } from './side-by-side/differences.ts';
import { Lab } from './side-by-side/lab.ts';
import { SCENARIOS } from './side-by-side/scenarios.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** What was met of the table of differences. */
const met = new Set<string>();

/** The names in the table of docs/migration.md. */
function documented(): string[] {
  const [, table = ''] = readFileSync('docs/migration.md', 'utf8').split(/<!-- \/?differences -->/);
  return [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = '']) => name);
}

it('every difference that is allowed for is documented, and no other', () => {
  expect(DIFFERENCES.map(({ id }) => id).toSorted()).toEqual(documented().toSorted());
});

daemonSuite({ name: 'beside ExaBGP', program: 'exabgp' }, () => {
  // most of the time of a scenario is waiting
  it.concurrent.each(SCENARIOS)('$name', async (scenario) => {
    const place = join(directory.path, scenario.name.replaceAll(/\W+/g, '-'));
    const [exabgp, peerline] = await Promise.all([
      Lab.play('exabgp', scenario, place),
      Lab.play('peerline', scenario, place),
    ]);
    const found = compare(scenario.name, { exabgp, peerline }, met);
    expect(found.map(hunkText).join('\n\n')).toBe('');
  });

  it('every documented difference is met', () => {
    expect([...met].toSorted()).toEqual(documented().toSorted());
  });
});
