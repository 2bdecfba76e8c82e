import type { ApiVersion } from '../bgp/json.ts';
import type { Event } from './event.ts';
import { eventToJson, shutdownToJson } from './json.ts';
import type { Identity, RenderOptions } from './options.ts';
import { stringify } from './stringify.ts';
import { eventToText, shutdownToText } from './text.ts';

export type EncoderKind = 'json' | 'text';

/** Events as a process reads them. */
export interface Encoder {
  readonly kind: EncoderKind;
  readonly version: ApiVersion;
  /** The event's line or lines, with all their newlines; undefined when this encoder does not tell it. */
  encode(event: Event, options: RenderOptions): string | undefined;
  /** What a process is told just before it is ended. */
  shutdown(timeMs: number): string;
}

/** JSON: one line per event. Each line of a neighbor's takes the next number of its counter. */
function jsonEncoder(version: ApiVersion, identity: Identity): Encoder {
  return {
    kind: 'json',
    version,
    encode(event, { form, negotiated, compact = false }) {
      if (event.type === 'fsm' && event.versions?.includes(version) === false) return undefined;
      const counter = 'neighbor' in event ? ++event.neighbor.counter.value : undefined;
      const context = { form, negotiated, compact, version, identity, counter };
      return `${stringify(eventToJson(event, context))}\n`;
    },
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

const ENCODERS = { json: jsonEncoder, text: textEncoder } as const satisfies Record<EncoderKind, unknown>;

export function encoderFor(kind: EncoderKind, version: ApiVersion, identity: Identity): Encoder {
  return ENCODERS[kind](version, identity);
}

export type RenderOnce = (encoder: Encoder, options: RenderOptions) => string | undefined;

/**
 * The lines of one event for any number of processes: processes that want the same get the same string,
 * made when the first asks. They thus share its `counter`, which advances once per line made and not once
 * per process: deliberately, as else no two processes could be given the same octets.
 */
export function renderOnce(event: Event): RenderOnce {
  const made = new Map<string, string | undefined>();
  return (encoder, options) => {
    const key = renderKey(encoder, options);
    if (!made.has(key)) made.set(key, encoder.encode(event, options));
    return made.get(key);
  };
}

/** Text knows no `negotiated` and no `compact`. */
function renderKey({ kind, version }: Encoder, { form, negotiated, compact = false }: RenderOptions): string {
  return kind === 'text' ? `text ${version} ${form}` : `json ${version} ${form} ${negotiated} ${compact}`;
}
