import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ATTRIBUTES } from '../../src/bgp/attributes/index.ts';
import { attributeWords } from '../../src/bgp/attributes/show.ts';
import type { AnyAttribute } from '../../src/bgp/attributes/table.ts';
import { trafficActionWords } from '../../src/bgp/communities/index.ts';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { NotificationError } from '../../src/bgp/errors.ts';
import { afiOf, familyText, safiOf } from '../../src/bgp/family.ts';
import { message } from '../../src/bgp/header.ts';
import { readMessage } from '../../src/bgp/message.ts';
import { COMPONENT_WORDS } from '../../src/bgp/nlri/flowspec-components.ts';
import { NLRI, type NlriValue, nlriCodec } from '../../src/bgp/nlri/index.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import { CommandError, parseCommand } from '../../src/commands/parse.ts';
import { parseRequest } from '../../src/commands/request.ts';
import { RouteLines } from '../../src/commands/route-lines.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import { messageEvent } from '../../src/events/message-event.ts';
import { bgpdumpLines } from '../../src/mrt/bgpdump.ts';
import { BgpdumpRender } from '../../src/mrt/bgpdump-render.ts';
import { MrtError, MrtFramingError } from '../../src/mrt/errors.ts';
import { MrtFile } from '../../src/mrt/file.ts';
import { LineWriter } from '../../src/wire/line-writer.ts';
import { written } from '../../src/wire/writer.ts';
import { GENERATORS } from '../bgp/attributes/generators.ts';
import { VALUES } from '../bgp/nlri/values.ts';
import { update as bmpUpdate, header, initiation, monitoring, peerUp, router } from '../bmp/samples.ts';
import { usualLine } from '../commands/lines.ts';
import { IDENTITY, NEGOTIATED, neighbor, octets, TIME_MS } from '../events/samples.ts';
import {
  asPath,
  attributes,
  ends,
  nextHop,
  ORIGIN_IGP,
  peerIndex,
  record,
  rib,
  update,
} from '../mrt/build.ts';
import { mangled, randomOf, reworded } from '../support/mutate.ts';

/** `npm run soak` gives each target a minute, or PEERLINE_FUZZ_SECONDS, or as long as PEERLINE_FUZZ_INPUTS inputs take. */
const LONG = process.env.PEERLINE_SOAK === '1';
const { PEERLINE_FUZZ_INPUTS, PEERLINE_FUZZ_SECONDS } = process.env;
const SECONDS = LONG ? Number(PEERLINE_FUZZ_SECONDS ?? 60) : 0.15;
const MOST_INPUTS = LONG && PEERLINE_FUZZ_INPUTS !== undefined ? Number(PEERLINE_FUZZ_INPUTS) : undefined;
/** An input takes no longer on a machine that is not busy with others. */
const INPUT_MS = 10;
const TIMEOUT_MS = 60_000 + (MOST_INPUTS === undefined ? SECONDS * 2000 : MOST_INPUTS * INPUT_MS);
const TURN_MS = 1000;
const SEED = Number(process.env.PEERLINE_SEED ?? (LONG ? Date.now() % 1_000_000 : 1));
/** For 4 KiB; an input that seems to take longer is tried again, as somebody else may have had the processor. */
const MOST_MS = 2;
const TRIES = 20;
const HEADER_OCTETS = 19;

interface Target {
  readonly name: string;
  readonly corpus: readonly Uint8Array[];
  /** Octets at the start that are left alone. */
  readonly from: number;
  /** How the corpus is changed; absent: octet by octet. */
  readonly mangle?: (seed: Uint8Array, random: (most: number) => number) => Uint8Array;
  /** Puts right what would only have the input refused at once. */
  readonly mend?: (input: Uint8Array) => void;
  readonly run: (input: Uint8Array) => void;
  /** What it may throw. */
  readonly errors: readonly (new (
    ...words: never[]
  ) => Error)[];
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const bytesOf = (line: string) => Uint8Array.from(Buffer.from(line));

/** The header's length is that of the message. */
function mendBgp(input: Uint8Array): void {
  if (input.length < HEADER_OCTETS) return;
  input[16] = input.length >> 8;
  input[17] = input.length & 255;
}

const JSON_LINES = encoderFor('json', 5, IDENTITY);
const TEXT_LINES = encoderFor('text', 5, IDENTITY);

/** Reads a message, and tells it in JSON and text as handlers hear it. */
function tell(input: Uint8Array): void {
  const found = readMessage(input, DEFAULT_CONTEXT);
  const of = { neighbor: neighbor(), timeMs: TIME_MS, direction: 'receive', octets: input } as const;
  const event = messageEvent(found, { ...of, negotiated: NEGOTIATED });
  const line = JSON_LINES.encode(event, { form: 'consolidate', negotiated: true }) ?? '{}\n';
  JSON.parse(Buffer.from(line).toString());
  TEXT_LINES.encode(event, { form: 'parsed', negotiated: false });
}

function bgp(name: string, corpus: readonly Uint8Array[]): Target {
  return { name, corpus, from: HEADER_OCTETS, mend: mendBgp, run: tell, errors: [NotificationError] };
}

const MALFORMED = readFileSync(new URL('../conformance/malformed-messages.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => octets((JSON.parse(line) as { hex: string }).hex));
const ofType = (type: number) => MALFORMED.filter((each) => each.length > HEADER_OCTETS && each[18] === type);

/** Cease with a text, others with data; refreshes of each kind; an advisory, and counters. */
const OTHERS = [
  '03 06020568656c6c6f',
  '03 0209c0ff01020304',
  '03 0601000101000000ff',
  '05 00010001',
  '05 00010101',
  '05 0002020100800100',
  '06 0001000b00010168656c6c6f2e2e2e',
  '06 0005000f000101c0000201000000010000ffff',
].map((hex) => {
  const body = octets(hex.replace(' ', ''));
  const input = Uint8Array.of(...new Uint8Array(18).fill(0xff), ...body);
  mendBgp(input);
  return input;
});

const sampled = <T>(values: fc.Arbitrary<T>, numRuns: number): T[] =>
  fc.sample(values, { seed: SEED, numRuns });

/** An UPDATE with these attributes, with the mandatory ones of 65,535 octets at most. */
const withAttribute = (code: number, flags: number, value: Uint8Array) =>
  message(
    'update',
    (w) => {
      w.u16(0);
      w.u16Length('attributes', () => {
        w.octets(Uint8Array.of(0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 10, 0, 0, 2));
        w.u8(flags | 0x10).u8(code);
        w.u16Length('value', () => w.octets(value));
      });
      w.octets(Uint8Array.of(16, 10, 1));
    },
    65_535,
  );

interface AttributeValue {
  readonly code: number;
  readonly flags: number;
  readonly octets: Uint8Array;
}

const inUpdate = ({ code, flags, octets: value }: AttributeValue) => withAttribute(code, flags, value);

const attributeValues = (ATTRIBUTES as readonly AnyAttribute[]).flatMap((row) =>
  sampled(GENERATORS[row.key] as fc.Arbitrary<unknown>, 6).map(
    (value): AttributeValue => ({
      code: row.code,
      flags: row.flags,
      octets: written((w) => row.encode(w, value, DEFAULT_CONTEXT)),
    }),
  ),
);
const attributeUpdates = attributeValues.map(inUpdate);

/** MP_REACH_NLRI and MP_UNREACH_NLRI of a family. */
const reachable = NLRI.map(({ family }, row) => {
  const codec = nlriCodec(family);
  const head = (w: Parameters<typeof codec.encode>[0]) => w.u16(afiOf(family)).u8(safiOf(family));
  const values = sampled(VALUES[row] as fc.Arbitrary<unknown>, 12).flatMap((value) =>
    [false, true].map((withdraw): AttributeValue => {
      const encoded = written((w) => {
        head(w);
        if (!withdraw)
          w.u8(4)
            .octets(Uint8Array.of(192, 0, 2, 1))
            .u8(0);
        codec.encode(w, value as never, DEFAULT_CONTEXT, withdraw);
      });
      return { code: withdraw ? 15 : 14, flags: 0x80, octets: encoded };
    }),
  );
  return { family, values };
});

const families: readonly Target[] = reachable.map(({ family, values }) =>
  bgp(`NLRI ${familyText(family)}`, values.map(inUpdate)),
);

const bmpMessages = [
  initiation('edge1'),
  { type: 'peer-up', peer: header(), up: peerUp() } as const,
  monitoring(bmpUpdate(['10.0.0.0/8'])),
  monitoring(bmpUpdate(['10.0.0.0/8', '10.1.0.0/16']), { flags: 0x40 }),
  { type: 'peer-down', peer: header(), reason: { code: 2, word: 'local-fsm', event: 3 } } as const,
].map((each) => encodeBmp(each as Parameters<typeof encodeBmp>[0]));

/** A router that has said what comes first, and then this. */
function report(input: Uint8Array): void {
  const { router: made, events } = router();
  for (const each of bmpMessages.slice(0, 2)) made.receive(each);
  made.receive(input);
  for (const event of events) JSON_LINES.encode(event, { form: 'parsed', negotiated: false });
}

function mendBmp(input: Uint8Array): void {
  if (input.length >= 5) new DataView(input.buffer, input.byteOffset).setUint32(1, input.length);
}

const tableAttributes = attributes(ORIGIN_IGP, asPath(65001, 4_200_000_000), nextHop('192.0.2.1'));
const mrtRecords = [
  peerIndex(),
  rib(2, '10.0.0.0/8', { peer: 0, attributes: tableAttributes }),
  rib(4, '2001:db8::/32', { peer: 1, attributes: tableAttributes }),
  record('bgp4mp', 4, (w) => {
    ends(w);
    w.octets(update(tableAttributes, ['198.51.100.0/24'], ['203.0.113.0/24']));
  }),
];

const shortWay = new BgpdumpRender((one) => new MrtFile({ skipped: () => undefined }).read(one));
const shown = new LineWriter(64);

/** Both ways of a record: the short one, and where that does not take it the other. */
function dump(input: Uint8Array): void {
  const file = new MrtFile({ skipped: () => undefined });
  const index = file.read(peerIndex());
  if (index?.type === 'peer-index') shortWay.peers(index.peers);
  shown.reset();
  if (shortWay.render(input, shown)) {
    whole(Buffer.from(shown.written()).toString('latin1'));
    return;
  }
  for (const found of file.push(input)) whole(bgpdumpLines(found, { times: 'dump' }));
}

/** Whole lines of printable ASCII, whatever the octets were. */
function whole(lines: string): void {
  if (!/^(?:[ -~]+\n)*$/.test(lines)) throw new Error(`no whole lines: ${JSON.stringify(lines)}`);
}

function mendMrt(input: Uint8Array): void {
  if (input.length >= 12) new DataView(input.buffer, input.byteOffset).setUint32(8, input.length - 12);
}

const EXAMPLES = new URL('../../examples/', import.meta.url);
const configurations = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.conf'))
  .map((name) => readFileSync(new URL(name, EXAMPLES)));

function configure(input: Uint8Array): void {
  loadConfig({ text: text(input), file: 'fuzz.conf', resolveProgram: (path) => ({ path }) });
}

/** What the page of commands shows, and lines of tables. */
const commands = [
  ...[
    ...readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8').matchAll(/`([^`\n]+)`/g),
  ].map(([, line = '']) => bytesOf(line)),
  ...sampled(usualLine, 50).map(bytesOf),
];

/** A route of each family, as commands write it. */
const routeCommands = NLRI.flatMap((codec, row) =>
  sampled(VALUES[row] as fc.Arbitrary<unknown>, 3).map((value) => {
    const route = nlriCodec(codec.family).toText(value as NlriValue, 5);
    return bytesOf(`announce ${familyText(codec.family)} ${route} next-hop 192.0.2.1`);
  }),
);
const WORDS = [
  ...'[ ] ( ) { } , ; 0 1 65536 4294967296 0x 192.0.2.1 2001:db8:: 10.0.0.0/8 1:1 "x y" self then match'.split(
    ' ',
  ),
  ...attributeWords,
  ...trafficActionWords,
  ...COMPONENT_WORDS,
];

function command(input: Uint8Array): void {
  parseCommand(parseRequest(text(input).replaceAll('\n', ' ')).text);
}

const routeLines = new RouteLines();

const TARGETS: readonly Target[] = [
  bgp('OPEN', ofType(1)),
  bgp('UPDATE', [...ofType(2), ...attributeUpdates]),
  bgp('NOTIFICATION, ROUTE-REFRESH, OPERATIONAL', OTHERS),
  ...families,
  { name: 'BMP', corpus: bmpMessages, from: 5, mend: mendBmp, run: report, errors: [] },
  {
    name: 'MRT',
    corpus: mrtRecords,
    from: 8,
    mend: mendMrt,
    run: dump,
    errors: [MrtError, MrtFramingError],
  },
  { name: 'configuration', corpus: configurations, from: 0, run: configure, errors: [ConfigErrors] },
  {
    name: 'words of configurations',
    corpus: configurations,
    from: 0,
    mangle: (seed, random) => reworded(seed, random, WORDS),
    run: configure,
    errors: [ConfigErrors],
  },
  {
    name: 'commands',
    corpus: commands,
    from: 0,
    run: command,
    errors: [CommandError],
  },
  {
    name: 'words of commands',
    corpus: [...commands, ...routeCommands],
    from: 0,
    mangle: (seed, random) => reworded(seed, random, WORDS),
    run: command,
    errors: [CommandError],
  },
  {
    name: 'lines of routes',
    corpus: commands,
    from: 0,
    run: (input) => void routeLines.read(Buffer.from([...input, 0x0a]), 0),
    errors: [],
  },
];

/** Milliseconds. @throws what the target may not */
function attempt({ run, errors }: Target, input: Uint8Array): number {
  const started = performance.now();
  try {
    run(input);
  } catch (err) {
    if (!errors.some((each) => err instanceof each)) {
      throw new Error(`of ${Buffer.from(input).toString('hex')}`, { cause: err });
    }
  }
  return performance.now() - started;
}

/** Whether there is to be one more input: so many where that was asked for, else for so long; but each of the corpus once. */
function limit(corpus: number): (count: number) => boolean {
  if (MOST_INPUTS !== undefined) return (count) => count < Math.max(corpus, MOST_INPUTS);
  const end = performance.now() + SECONDS * 1000;
  return (count) => count < corpus || performance.now() < end;
}

/** @throws what the target may not, or that it takes too long */
function attemptInTime(target: Target, input: Uint8Array): void {
  const most = MOST_MS * Math.max(1, input.length / 4096);
  let tookMs = attempt(target, input);
  for (let tries = 0; tookMs > most && tries < TRIES; tries++)
    tookMs = Math.min(tookMs, attempt(target, input));
  if (tookMs > most) throw new Error(`${tookMs} ms for ${Buffer.from(input).toString('hex')}`);
}

describe('whatever octets come, in little time, nothing is thrown but what is declared', () => {
  it.each(TARGETS)('$name', { timeout: TIMEOUT_MS }, async (target) => {
    const { stackTraceLimit } = Error;
    if (LONG) Error.stackTraceLimit = 0;
    onTestFinished(() => {
      Error.stackTraceLimit = stackTraceLimit;
    });
    const random = randomOf(SEED);
    const { corpus, from, mend } = target;
    const mangle =
      target.mangle ??
      ((seed) => mangled(seed, random, { from: Math.min(from, seed.length), others: corpus }));
    expect(corpus.length).toBeGreaterThan(0);
    const started = performance.now();
    const goesOn = limit(corpus.length);
    let count = 0;
    for (let turn = started; goesOn(count); count++) {
      const input = mangle(
        corpus[count < corpus.length ? count : random(corpus.length)] ?? new Uint8Array(0),
        random,
      );
      mend?.(input);
      attemptInTime(target, input);
      if (performance.now() - turn < TURN_MS) continue;
      // whoever runs the test hears nothing of it meanwhile, and gives it up after a minute
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    }
    const perSecond = Math.round((count * 1000) / (performance.now() - started));
    if (LONG) console.info(`${target.name}: ${count} inputs, ${perSecond} a second, seed ${SEED}`);
  });
});

describe('cut at every octet nothing throws but what is declared', () => {
  /** Longer ones are cut at so many places. */
  const MOST_CUTS = LONG ? 4096 : 64;
  const cuts = ({ length }: Uint8Array, from: number) => {
    const step = Math.max(1, Math.ceil((length - from) / MOST_CUTS));
    return Array.from({ length: Math.ceil((length - from) / step) }, (_, i) => from + i * step);
  };

  it.each(TARGETS.filter(({ from }) => from > 0))('$name: the message', (target) => {
    const { corpus, from, mend } = target;
    for (const seed of corpus)
      for (const length of cuts(seed, from)) {
        const input = seed.slice(0, length);
        mend?.(input);
        attempt(target, input);
      }
  });

  it.each([
    { name: 'attributes', values: attributeValues },
    ...reachable.map(({ family, values }) => ({ name: familyText(family), values })),
  ])('$name: the value', ({ values }) => {
    const target = bgp('UPDATE', []);
    for (const value of values)
      for (const length of cuts(value.octets, 0))
        attempt(target, inUpdate({ ...value, octets: value.octets.subarray(0, length) }));
  });
});
