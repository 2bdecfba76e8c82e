import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { HEADER_LENGTH } from '../../src/bgp/header.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import { RouteLines } from '../../src/commands/route-lines.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { toHex } from '../../src/wire/hex.ts';
import { usualLine } from '../commands/lines.ts';
import { OPTIONS, type SessionChoices, session } from './neighbor.ts';

const choices: fc.Arbitrary<SessionChoices> = fc.record(
  {
    peerAs: fc.constantFrom(65000, 65001),
    localAddress: fc.constantFrom('192.0.2.9', '2001:db8::9'),
    send: fc.constantFrom(
      {},
      { asn4: false },
      { addPath: new Set([IPV4_UNICAST]) },
      { maxMessageLength: 65535 },
    ),
    peerRole: fc.constantFrom(undefined, undefined, 'customer', 'provider'),
    families: fc.constantFrom([IPV4_UNICAST], undefined),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<SessionChoices>;

type Step = { readonly line: string } | { readonly does: 'take' | 'up' | 'down' | 'clear' | 'resend' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: usualLine.map((line) => ({ line })) },
  fc.constantFrom('take', 'take', 'up', 'down', 'clear', 'resend').map((does) => ({ does }) as Step),
);

/** Both ways of one line: numbers, and routes as the grammar reads them. */
function apply(line: string, numbers: AdjRibOut, objects: AdjRibOut): void {
  const lines = new RouteLines();
  expect(lines.read(Buffer.from(`${line}\n`), 0)).toBeGreaterThan(0);
  for (let nth = 0; nth < lines.prefixes.count; nth++) {
    if (lines.type === 'announce') numbers.announcePrefix(lines.prefixes, nth, lines.said);
    else numbers.withdrawPrefix(lines.prefixes, nth);
  }
  const command = parseCommand(line);
  if (command.type !== 'announce' && command.type !== 'withdraw') throw new Error(line);
  for (const route of command.routes) objects[command.type](route);
}

it('puts on the wire what routes as objects do', () => {
  fc.assert(
    fc.property(choices, fc.array(step, { maxLength: 30 }), fc.boolean(), (chosen, steps, groupUpdates) => {
      const refused: [string[], string[]] = [[], []];
      const [numbers, objects] = refused.map(
        (told) =>
          new AdjRibOut({ ...OPTIONS, groupUpdates }, { refused: (_, reason) => void told.push(reason) }),
      ) as [AdjRibOut, AdjRibOut];
      const both = (act: (rib: AdjRibOut) => unknown) => expect(act(numbers)).toEqual(act(objects));
      both((rib) => rib.sessionUp(session(chosen)));
      for (const each of [...steps, { does: 'take' } as const]) {
        if ('line' in each) apply(each.line, numbers, objects);
        else if (each.does === 'take') both((rib) => rib.take().map(toHex));
        else if (each.does === 'up') both((rib) => rib.sessionUp(session(chosen)));
        else if (each.does === 'down') both((rib) => rib.sessionDown());
        else if (each.does === 'clear') both((rib) => rib.clear());
        else both((rib) => rib.resend());
        both((rib) => [rib.size, rib.pending]);
      }
      both((rib) => [...rib.routes()]);
      expect(refused[0]).toEqual(refused[1]);
    }),
    { numRuns: 500 },
  );
});

it('gives the same octets where messages come together as one by one', () => {
  fc.assert(
    fc.property(choices, fc.array(step, { maxLength: 30 }), (chosen, steps) => {
      const [single, joined] = [new AdjRibOut(OPTIONS), new AdjRibOut({ ...OPTIONS, joinMessages: true })];
      const both = (act: (rib: AdjRibOut) => void) => {
        act(single);
        act(joined);
      };
      both((rib) => rib.sessionUp(session(chosen)));
      for (const each of [...steps, { does: 'take' } as const]) {
        if ('line' in each) apply(each.line, single, joined);
        else if (each.does === 'up') both((rib) => rib.sessionUp(session(chosen)));
        else if (each.does === 'down') both((rib) => rib.sessionDown());
        else if (each.does === 'clear') both((rib) => rib.clear());
        else if (each.does === 'resend') both((rib) => rib.resend());
        else {
          const [messages, pieces] = [single.take(), joined.take()];
          expect(toHex(Buffer.concat(pieces))).toBe(toHex(Buffer.concat(messages)));
          expect(pieces.length).toBeLessThanOrEqual(messages.length);
        }
      }
    }),
  );
});

it('has many UPDATEs come as few pieces', () => {
  const rib = new AdjRibOut({ ...OPTIONS, manualEor: true, joinMessages: true });
  rib.sessionUp(session());
  const lines = new RouteLines();
  for (let n = 0; n < 3000; n++) {
    const text = `announce route 10.${n >> 8}.${n & 255}.0/24 next-hop 192.0.2.1 med ${n}\n`;
    lines.read(Buffer.from(text), 0);
    rib.announcePrefix(lines.prefixes, 0, lines.said);
  }
  const pieces = rib.take();
  const length = HEADER_LENGTH + 4 + 4 + 3 + 7 + 7 + 7 + 4;
  expect(Buffer.concat(pieces)).toHaveLength(3000 * length);
  // none is cut
  for (const piece of pieces) expect(piece.length % length).toBe(0);
  expect(pieces.length).toBe(Math.ceil((3000 * length) / 65_536));
});

it('fills UPDATEs, in the order of the prefixes', () => {
  const rib = new AdjRibOut({ ...OPTIONS, manualEor: true });
  rib.sessionUp(session());
  const lines = new RouteLines();
  const all = Array.from(
    { length: 3000 },
    (_, n) => `10.${((n * 7) % 250) >> 4}.${(n >> 4) & 255}.${(n & 15) << 4}/28`,
  );
  lines.read(Buffer.from(`announce attributes next-hop 192.0.2.1 nlri ${all.join(' ')}\n`), 0);
  for (let nth = 0; nth < lines.prefixes.count; nth++) rib.announcePrefix(lines.prefixes, nth, lines.said);
  const messages = rib.take();
  expect(messages.length).toBe(Math.ceil((new Set(all).size * 5) / (4096 - 19 - 4 - 21 - 4)));
  for (const message of messages) expect(message.length).toBeLessThanOrEqual(4096);
});

it('writes routes that leave one by one as routes as objects, in one piece of memory after the other', () => {
  const [numbers, objects] = [new AdjRibOut(OPTIONS), new AdjRibOut(OPTIONS)];
  for (const rib of [numbers, objects]) {
    rib.sessionUp(session());
    rib.take();
  }
  for (let n = 0; n < 1500; n++) {
    const nth = n % 1000;
    const said = `next-hop 192.0.2.${Math.floor(nth / 7)} med ${Math.floor(nth / 7)}`;
    const type = n < 1000 ? 'announce' : 'withdraw';
    apply(`${type} route 10.${nth >> 8}.${nth & 255}.0/${nth % 2 === 0 ? 24 : 32} ${said}`, numbers, objects);
    const messages = numbers.take();
    expect(messages).toHaveLength(1);
    expect(messages.map(toHex)).toEqual(objects.take().map(toHex));
  }
  expect([numbers.size, numbers.pending]).toEqual([500, 0]);
});

it('takes memory for short UPDATEs as they are, where long ones may be sent, too', () => {
  const [numbers, objects] = [new AdjRibOut(OPTIONS), new AdjRibOut(OPTIONS)];
  for (const rib of [numbers, objects]) {
    rib.sessionUp(session({ send: { maxMessageLength: 65535 } }));
    rib.take();
  }
  const sent: Uint8Array[] = [];
  const take = () => {
    const messages = numbers.take();
    expect(messages.map(toHex)).toEqual(objects.take().map(toHex));
    sent.push(...messages);
  };
  for (let n = 0; n < 600; n++) {
    apply(`announce route 10.${n >> 8}.${n & 255}.0/24 next-hop 192.0.2.1 med ${n % 300}`, numbers, objects);
    // half of them together, the others one by one
    if (n >= 299) take();
  }
  expect(sent).toHaveLength(600);
  expect(new Set(sent.map(({ buffer }) => buffer)).size).toBe(1);
});
