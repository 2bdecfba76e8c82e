import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nlriKey } from '../../src/bgp/nlri/index.ts';
import type { Route } from '../../src/bgp/route.ts';
import type { Said } from '../../src/bgp/said.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import type { Heritage } from '../../src/rib/heritage.ts';
import { finished } from '../../src/wire/finished.ts';
import { PrefixList } from '../../src/wire/prefix-list.ts';
import { OPTIONS, route } from './neighbor.ts';

const ROUTES = 1300;
const CONFIGURED = 600;

const prefixOf = (n: number) => `10.${n >> 8}.${n & 255}.0/24`;
const routeTo = (n: number, med: number): Route => route(prefixOf(n), '192.0.2.1', { med });
const configured = Array.from({ length: CONFIGURED }, (_, n) => routeTo(n * 2, 7));

function heritage(more: Partial<Heritage> = {}): Heritage {
  return { configured, isSettled: () => true, wants: () => true, goesOn: () => true, ...more };
}

/** A range that commands spoke to, and somebody who came of it. */
function tables(withdrawn: readonly number[]) {
  const [range, heir] = [new AdjRibOut(OPTIONS), new AdjRibOut(OPTIONS)];
  for (const each of [range, heir]) each.configure(configured);
  for (let n = 0; n < ROUTES; n++) if (n % 3 > 0) range.announce(routeTo(n, 0));
  for (const n of withdrawn) range.withdraw(routeTo(n, 0));
  return { range, heir };
}

const held = (rib: AdjRibOut) =>
  new Map([...rib.routes()].map(({ nlri, attributes }) => [nlriKey(nlri), attributes.med]));

interface Command {
  readonly does: 'announce' | 'withdraw' | 'announce-prefix' | 'withdraw-prefix' | 'clear';
  readonly n: number;
  readonly med: number;
  readonly both: boolean;
  /** Of the inheritance, before it. */
  readonly steps: number;
}

function act(rib: AdjRibOut, { does, n, med }: Command): void {
  const one = routeTo(n, med);
  if (does === 'announce') rib.announce(one);
  else if (does === 'withdraw') rib.withdraw(one);
  else if (does === 'clear') rib.clear();
  else {
    const list = new PrefixList();
    list.read(Buffer.from(prefixOf(n)), 0);
    if (does === 'announce-prefix') rib.announcePrefix(list, 0, one as Said);
    else rib.withdrawPrefix(list, 0);
  }
}

const command: fc.Arbitrary<Command> = fc.record({
  does: fc.oneof(
    {
      weight: 20,
      arbitrary: fc.constantFrom(
        ...(['announce', 'withdraw', 'announce-prefix', 'withdraw-prefix'] as const),
      ),
    },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  ),
  n: fc.nat(ROUTES + 100),
  med: fc.integer({ min: 1, max: 3 }),
  both: fc.boolean(),
  steps: fc.nat(1),
});

it('comes to what it would be at once, before all that is commanded meanwhile', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(ROUTES), { maxLength: 60 }),
      fc.array(command, { maxLength: 12 }),
      (withdrawn, commands) => {
        const [slow, swift] = [tables(withdrawn), tables(withdrawn)];
        finished(swift.heir.inheriting(swift.range, heritage()));
        expect(held(swift.heir)).toEqual(held(swift.range));
        const work = slow.heir.inheriting(slow.range, heritage());
        for (const one of commands) {
          for (let step = 0; step < one.steps; step++) work.next();
          for (const { range, heir } of [slow, swift])
            for (const each of one.both ? [range, heir] : [heir]) act(each, one);
        }
        finished(work);
        expect(held(slow.heir)).toEqual(held(swift.heir));
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

it('goes in steps, and ends with whom it is for', () => {
  const { range, heir } = tables([]);
  let taken = 0;
  let goesOn = true;
  const wants = () => ++taken > 0;
  const work = heir.inheriting(range, heritage({ configured: [], wants, goesOn: () => goesOn }));
  for (let before = 0, step = 0; step < 2; step++, before = taken) {
    expect(work.next().done).toBe(false);
    expect(taken - before).toBeLessThanOrEqual(512);
  }
  goesOn = false;
  const before = taken;
  expect([work.next().done, taken]).toEqual([true, before]);
});

it('leaves what the configuration says while the range is on its way to another one', () => {
  const { range, heir } = tables([0]);
  finished(heir.inheriting(range, heritage({ isSettled: () => false })));
  expect([held(range).size, heir.holds(routeTo(0, 0))]).toEqual([held(heir).size - 1, true]);
});
