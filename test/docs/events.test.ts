import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AFI, afiOf, familyText, SAFI, safiOf } from '../../src/bgp/family.ts';
import type { NlriCodec } from '../../src/bgp/nlri/codec.ts';
import { NLRI, type NlriValue } from '../../src/bgp/nlri/index.ts';
import { VALUES } from '../bgp/nlri/values.ts';

/** Their members are components and descriptors, which configuration.md names. */
const OPEN: ReadonlySet<number> = new Set([SAFI.flow, SAFI['flow-vpn']]);

it('docs/events.md names every member that a route of a family has', () => {
  const text = readFileSync('docs/events.md', 'utf8');
  const missing = NLRI.flatMap((row, i) => {
    if (OPEN.has(safiOf(row.family)) || afiOf(row.family) === AFI['bgp-ls']) return [];
    const codec = row as unknown as NlriCodec<NlriValue>;
    const values = fc.sample(VALUES[i] as fc.Arbitrary<NlriValue>, { numRuns: 200, seed: 1 });
    const members = new Set(values.flatMap((value) => Object.keys(codec.toJson(value, 6))));
    return [...members]
      .filter((member) => !text.includes(`\`${member}\``))
      .map((member) => `${familyText(row.family)}: ${member}`);
  });
  expect(missing).toEqual([]);
});
