import { RegularUpdate } from '../bgp/regular-update.ts';
import { Text } from '../wire/ascii.ts';
import { LineWriter } from '../wire/line-writer.ts';
import type { BmpOrigin, Event, Reported } from './event.ts';
import { eventToJson } from './json.ts';
import type { JsonContext, RenderOptions } from './options.ts';
import { stringify } from './stringify.ts';
import { renderUpdate } from './update-render.ts';

type UpdateEvent = Extract<Event, { readonly type: 'update' }>;
type Format = Pick<JsonContext, 'version' | 'identity'>;

/** What the lines of one neighbor's updates share: the text before, between and behind what differs. */
interface Envelope {
  /** What it was made for. */
  readonly negotiated: UpdateEvent['negotiated'];
  /** Up to the time, from there to the counter, from there to the message, and the rest of the line. */
  readonly head: Text;
  readonly middle: Text;
  readonly whose: Text;
  readonly tail: Text;
}

/** Whose UPDATEs came together, and when: what their lines share. */
export type UpdateRun = Pick<UpdateEvent, 'neighbor' | 'timeMs' | 'direction' | 'negotiated'> & {
  /** Where a router reported them. */
  readonly origin?: BmpOrigin | undefined;
};

/** Lines of regular UPDATEs that came together, one after the other. One run at a time. */
export interface RunLines {
  /**
   * One more line.
   * @param reported of a run that has an origin
   * @returns octets of all that were not taken
   */
  add(update: RegularUpdate, reported?: Reported): number;
  /** The lines since the last time, valid until the next `add`. */
  take(): Uint8Array;
}

/** One line, or one run of lines, at a time is made and taken: one buffer for each, one layout. */
const OUT = new LineWriter();
export const RUN = new LineWriter(2 * 64 * 1024);
const NO_OCTETS = new Uint8Array(0);
const LAYOUT = new RegularUpdate();

export const EMPTY_UPDATE = {
  attributes: {},
  announced: [],
  withdrawn: [],
  endOfRib: undefined,
  malformed: [],
  action: undefined,
} as const;

const TIME = '"time": 0';
const COUNTER = ', "counter": 0';
const MESSAGE = '"message": { "update": { } }';
const MICROSECONDS = 1_000_000;
const TIME_DIGITS = 6;
const DOT = 0x2e;
const NEWLINE = 0x0a;
/** Time, counter, newline. */
const FIXED = 64;

/** The lines of regular UPDATEs, straight from their octets. `encode` of the same encoder defines what they are. */
export class LineRender {
  readonly #format: Format;
  /** By neighbor, then by what else makes envelopes of one neighbor differ. */
  readonly #envelopes = new WeakMap<UpdateEvent['neighbor'], (Envelope | undefined)[]>();

  constructor(format: Format) {
    this.#format = format;
  }

  /**
   * The line, valid until the next call of any; undefined where the plain way is the only one. Advances the
   * neighbor's counter as `encode` does.
   */
  render(event: Event, options: RenderOptions): Uint8Array | undefined {
    if (event.type !== 'update' || event.regular === undefined || event.bmp !== undefined) return undefined;
    if (options.form !== 'parsed' || !LAYOUT.read(event.octets, event.regular)) return undefined;
    const { head, middle, whose, tail } = this.#envelopeOf(event, options);
    const counter = ++event.neighbor.counter.value;
    OUT.reset().reserve(head.length + middle.length + whose.length + FIXED);
    OUT.text(head);
    writeTime(OUT, event.timeMs * 1000);
    OUT.text(middle).decimal(counter).text(whose);
    renderUpdate(OUT, LAYOUT, { version: this.#format.version, compact: options.compact === true });
    OUT.reserve(tail.length + 1);
    return OUT.text(tail).octet(NEWLINE).written();
  }

  /** The same lines of UPDATEs that came together, with one time. */
  run(of: UpdateRun, options: RenderOptions): RunLines {
    const { head, middle, whose, tail } = this.#envelopeOf(of, options);
    writeTime(
      OUT.reset()
        .reserve(head.length + middle.length + FIXED)
        .text(head),
      of.timeMs * 1000,
    );
    const before = OUT.text(middle).toText();
    const { counter } = of.neighbor;
    const shape = { version: this.#format.version, compact: options.compact === true };
    const room = before.length + whose.length + FIXED;
    RUN.reset();
    return {
      add(update) {
        RUN.reserve(room)
          .text(before)
          .decimal(++counter.value)
          .text(whose);
        renderUpdate(RUN, update, shape);
        return endOfLine(tail);
      },
      take: takeRun,
    };
  }

  #envelopeOf(event: UpdateRun, options: RenderOptions): Envelope {
    let known = this.#envelopes.get(event.neighbor);
    if (known === undefined) {
      known = [];
      this.#envelopes.set(event.neighbor, known);
    }
    const which = (options.negotiated ? 2 : 0) + (event.direction === 'send' ? 1 : 0);
    const found = known[which];
    if (found !== undefined && found.negotiated === event.negotiated) return found;
    const made = makeEnvelope(event, options, this.#format);
    known[which] = made;
    return made;
  }
}

/** Of the run's line. @returns octets of the run */
export function endOfLine(tail: Text): number {
  return RUN.reserve(tail.length + 1)
    .text(tail)
    .octet(NEWLINE).length;
}

/** The run's lines, which are forgotten here. */
export function takeRun(): Uint8Array {
  const octets = RUN.written();
  RUN.reset();
  return octets;
}

/** Microseconds as seconds, with as many of six decimals as are needed. */
export function writeTime(out: LineWriter, microseconds: number): LineWriter {
  const micros = Math.round(microseconds);
  const seconds = Math.floor(micros / MICROSECONDS);
  out.decimal(seconds);
  let fraction = micros - seconds * MICROSECONDS;
  if (fraction === 0) return out;
  let digits = TIME_DIGITS;
  for (; fraction % 10 === 0; digits--) fraction /= 10;
  return out.octet(DOT).digits(fraction, digits);
}

/** The plain way tells how a line looks: here with nothing in it that differs. */
function makeEnvelope(event: UpdateRun, options: RenderOptions, format: Format): Envelope {
  const { neighbor, direction, negotiated } = event;
  const common = { timeMs: 0, neighbor, direction, negotiated, octets: NO_OCTETS };
  const empty: UpdateEvent = { type: 'update', ...common, update: EMPTY_UPDATE };
  const line = stringify(eventToJson(empty, { ...options, ...format, counter: 0 }));
  const time = line.indexOf(TIME) + TIME.length - 1;
  const counter = line.indexOf(COUNTER, time) + COUNTER.length - 1;
  const message = line.lastIndexOf(MESSAGE);
  const update = message + MESSAGE.indexOf('{');
  return {
    negotiated,
    head: new Text(line.slice(0, time)),
    middle: new Text(line.slice(time + 1, counter)),
    whose: new Text(line.slice(counter + 1, update)),
    tail: new Text(line.slice(message + MESSAGE.length)),
  };
}
