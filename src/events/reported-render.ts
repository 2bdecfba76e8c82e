import { RegularUpdate } from '../bgp/regular-update.ts';
import { Text } from '../wire/ascii.ts';
import { LineWriter } from '../wire/line-writer.ts';
import type { BmpOrigin, Event, Reported } from './event.ts';
import { eventToJson } from './json.ts';
import {
  EMPTY_UPDATE,
  endOfLine,
  RUN,
  type RunLines,
  takeRun,
  type UpdateRun,
  writeTime,
} from './line-render.ts';
import type { JsonContext, RenderOptions } from './options.ts';
import { stringify } from './stringify.ts';
import { renderUpdate } from './update-render.ts';

type UpdateEvent = Extract<Event, { readonly type: 'update' }>;
type Format = Pick<JsonContext, 'version' | 'identity'>;

/** What the lines of one peer and view share: the text before, between and behind what differs. */
interface Envelope {
  /** What it was made for. */
  readonly negotiated: UpdateEvent['negotiated'];
  /** Up to the time, to the counter, to the router's time, to the message, and the rest of the line. */
  readonly parts: readonly [Text, Text, Text, Text, Text];
}

const OUT = new LineWriter();
const NO_OCTETS = new Uint8Array(0);
const LAYOUT = new RegularUpdate();

const NEWLINE = 0x0a;
/** Times, counter, newline. */
const FIXED = 96;
/** Stands in a line for what differs: no text in it can look like these, as quotes in texts are escaped. */
const PLACES = [
  ['"time": ', '0'],
  [', "counter": ', '0'],
  [', "timestamp": ', '1'],
  ['"message": ', '{ "update": { } }'],
] as const;
/** In the place of a router's time, where it has one. */
const SOME_TIME = 1;

/** As `LineRender`, for regular UPDATEs that routers reported. */
export class ReportedRender {
  readonly #format: Format;
  readonly #envelopes = new WeakMap<BmpOrigin, (Envelope | undefined)[]>();

  constructor(format: Format) {
    this.#format = format;
  }

  /** The line, valid until the next call of any; undefined where the plain way is the only one. */
  render(event: UpdateEvent, options: RenderOptions): Uint8Array | undefined {
    const { reported, regular } = event;
    if (reported === undefined || regular === undefined || options.form !== 'parsed') return undefined;
    if (!LAYOUT.read(event.octets, regular)) return undefined;
    const [head, middle, router, whose, tail] = this.#envelopeOf(event, reported, options).parts;
    const counter = ++event.neighbor.counter.value;
    OUT.reset().reserve(head.length + middle.length + router.length + whose.length + FIXED);
    OUT.text(head);
    writeTime(OUT, event.timeMs * 1000);
    OUT.text(middle).decimal(counter).text(router);
    if (reported.timestamp !== 0) writeTime(OUT, reported.timestamp * 1e6);
    OUT.text(whose);
    renderUpdate(OUT, LAYOUT, { version: this.#format.version, compact: options.compact === true });
    OUT.reserve(tail.length + 1);
    return OUT.text(tail).octet(NEWLINE).written();
  }

  /** The same lines of UPDATEs of one peer and view that came together, with one time of ours. */
  run(origin: BmpOrigin, of: UpdateRun, options: RenderOptions): RunLines {
    const time = writeTime(OUT.reset(), of.timeMs * 1000).toText();
    const { counter } = of.neighbor;
    const shape = { version: this.#format.version, compact: options.compact === true };
    const envelopes: (Envelope | undefined)[] = [];
    RUN.reset();
    return {
      add: (update, reported = { origin, timestamp: 0, unchanged: false }) => {
        const which = whichOf(reported);
        let envelope = envelopes[which];
        if (envelope === undefined) {
          envelope = this.#envelopeOf(of, reported, options);
          envelopes[which] = envelope;
        }
        const [head, middle, router, whose, tail] = envelope.parts;
        RUN.reserve(head.length + middle.length + router.length + whose.length + FIXED)
          .text(head)
          .text(time)
          .text(middle)
          .decimal(++counter.value)
          .text(router);
        if (reported.timestamp !== 0) writeTime(RUN, reported.timestamp * 1e6);
        RUN.text(whose);
        renderUpdate(RUN, update, shape);
        return endOfLine(tail);
      },
      take: takeRun,
    };
  }

  #envelopeOf(event: UpdateRun, reported: Reported, options: RenderOptions): Envelope {
    const { origin, timestamp, unchanged } = reported;
    let known = this.#envelopes.get(origin);
    if (known === undefined) {
      known = [];
      this.#envelopes.set(origin, known);
    }
    const which = (options.negotiated ? 4 : 0) + whichOf(reported);
    const found = known[which];
    if (found !== undefined && found.negotiated === event.negotiated) return found;
    const time = timestamp === 0 ? 0 : SOME_TIME;
    const bmp: BmpOrigin = { ...origin, timestamp: time, ...(unchanged && { unchanged }) };
    const made = makeEnvelope(event, bmp, options, this.#format);
    known[which] = made;
    return made;
  }
}

/** Which of a view's envelopes. */
function whichOf({ unchanged, timestamp }: Reported): number {
  return (unchanged ? 2 : 0) + (timestamp === 0 ? 1 : 0);
}

/** The plain way tells how a line looks: here with nothing in it that differs. */
function makeEnvelope(
  { neighbor, direction, negotiated }: UpdateRun,
  bmp: BmpOrigin,
  options: RenderOptions,
  format: Format,
): Envelope {
  const [update, octets] = [EMPTY_UPDATE, NO_OCTETS];
  const empty = { type: 'update', timeMs: 0, neighbor, direction, negotiated, octets, update, bmp } as const;
  const line = stringify(eventToJson(empty, { ...options, ...format, counter: 0 }));
  const texts: string[] = [];
  let from = 0;
  for (const [before, placeholder] of PLACES) {
    const found =
      before === '"message": ' ? line.lastIndexOf(before) : line.indexOf(before + placeholder, from);
    if (found < 0) {
      texts.push('');
      continue;
    }
    texts.push(line.slice(from, found + before.length));
    from = found + before.length + placeholder.length;
  }
  const [head = '', middle = '', router = '', whose = ''] = texts;
  return {
    negotiated,
    parts: [new Text(head), new Text(middle), new Text(router), new Text(whose), new Text(line.slice(from))],
  };
}
