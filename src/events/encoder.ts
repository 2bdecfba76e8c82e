import type { ApiVersion, Dialect } from '../bgp/json.ts';
import type { Event } from './event.ts';
import { oldEventToJson, oldEventToText, oldShutdownToJson } from './exabgp3.ts';
import { eventToJson, shutdownToJson } from './json.ts';
import { LineRender, type RunLines, type UpdateRun } from './line-render.ts';
import type { Identity, RenderOptions } from './options.ts';
import { ReportedRender } from './reported-render.ts';
import { stringify } from './stringify.ts';
import { eventToText, shutdownToText } from './text.ts';

export type EncoderKind = 'json' | 'text';

/** Events as a process reads them. */
export interface Encoder {
  readonly kind: EncoderKind;
  readonly version: Dialect;
  /** The event's line or lines, with all their newlines; undefined when this encoder does not tell it. */
  encode(event: Event, options: RenderOptions): string | undefined;
  /** The octets of the same line, where there is a short way to them. Valid until the next call of any encoder. */
  render?(event: Event, options: RenderOptions): Uint8Array | undefined;
  /** The same lines for regular UPDATEs that came together. */
  run?(of: UpdateRun, options: RenderOptions): RunLines;
  /** What a process is told just before it is ended. */
  shutdown(timeMs: number): string;
}

/** JSON: one line per event. Each line of a neighbor's takes the next number of its counter. */
function jsonEncoder(version: ApiVersion, identity: Identity): Encoder {
  const fast = new LineRender({ version, identity });
  const reported = new ReportedRender({ version, identity });
  return {
    kind: 'json',
    version,
    encode(event, { form, negotiated, compact = false }) {
      if (event.type === 'fsm' && event.versions?.includes(version) === false) return undefined;
      const counter = 'neighbor' in event ? ++event.neighbor.counter.value : undefined;
      const context = { form, negotiated, compact, version, identity, counter };
      return `${stringify(eventToJson(event, context))}\n`;
    },
    render: (event, options) => {
      const routes = event.type === 'update' && event.reported !== undefined;
      return routes ? reported.render(event, options) : fast.render(event, options);
    },
    run: (of, options) =>
      of.origin === undefined ? fast.run(of, options) : reported.run(of.origin, of, options),
    shutdown: (timeMs) => `${stringify(shutdownToJson(timeMs, identity, version))}\n`,
  };
}

/** Text: lines and a blank line per event. */
function textEncoder(version: ApiVersion, identity: Identity): Encoder {
  return {
    kind: 'text',
    version,
    encode: (event, { form }) => eventToText(event, { version, form }),
    shutdown: () => shutdownToText(identity),
  };
}

const BLANK_LINE = /\n$/;

/** Of ExaBGP 3.4, in the long way only. */
function oldEncoder(kind: EncoderKind, identity: Identity): Encoder {
  if (kind === 'text') {
    return {
      kind,
      version: 3,
      encode: (event, { form }) => oldEventToText(event, form),
      shutdown: () => shutdownToText(identity).replace(BLANK_LINE, ''),
    };
  }
  return {
    kind,
    version: 3,
    encode(event, { form, negotiated }) {
      const counter = 'neighbor' in event ? ++event.neighbor.counter.value : undefined;
      return `${stringify(oldEventToJson(event, { form, negotiated, identity, counter }))}\n`;
    },
    shutdown: (timeMs) => `${stringify(oldShutdownToJson(timeMs, identity))}\n`,
  };
}

const ENCODERS = { json: jsonEncoder, text: textEncoder } as const satisfies Record<EncoderKind, unknown>;

export function encoderFor(kind: EncoderKind, version: Dialect, identity: Identity): Encoder {
  if (version === 3) return oldEncoder(kind, identity);
  return ENCODERS[kind](version, identity);
}

type Rendered = string | Uint8Array | undefined;
export type Renderer = (encoder: Encoder, options: RenderOptions) => Rendered;

/** By the short way where there is one. */
function lineOf(event: Event, encoder: Encoder, options: RenderOptions): Rendered {
  const octets = encoder.render?.(event, options);
  // the copy is small and comes from a pool; the original is written over by the next line
  return octets === undefined ? encoder.encode(event, options) : Buffer.from(octets);
}

/** The lines of one event for so many processes. */
export function renderer(event: Event, processes: number): Renderer {
  if (processes > 1) return renderOnce(event);
  return (encoder, options) => lineOf(event, encoder, options);
}

/**
 * The lines of one event for any number of processes: processes that want the same get the same string or octets,
 * made when the first asks. They thus share its `counter`, which advances once per line made and not once
 * per process: deliberately, as else no two processes could be given the same octets.
 */
export function renderOnce(event: Event): Renderer {
  const made = new Map<string, Rendered>();
  return (encoder, options) => {
    const key = renderKey(encoder, options);
    if (!made.has(key)) made.set(key, lineOf(event, encoder, options));
    return made.get(key);
  };
}

/** Whether processes that want these get the same lines. */
export function sameLines(
  a: readonly [Encoder, RenderOptions],
  b: readonly [Encoder, RenderOptions],
): boolean {
  return renderKey(...a) === renderKey(...b);
}

/** Text knows no `negotiated` and no `compact`. */
function renderKey({ kind, version }: Encoder, { form, negotiated, compact = false }: RenderOptions): string {
  return kind === 'text' ? `text ${version} ${form}` : `json ${version} ${form} ${negotiated} ${compact}`;
}
