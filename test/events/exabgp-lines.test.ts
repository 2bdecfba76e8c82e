import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { familyOfWords } from '../../src/bgp/family.ts';
import type { ApiVersion } from '../../src/bgp/json.ts';
import type { Negotiated } from '../../src/bgp/negotiated.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import type { Event, FsmState, Neighbor } from '../../src/events/event.ts';
import type { RenderOptions } from '../../src/events/options.ts';
import { FRAGMENTS } from './exabgp-fragments.ts';
import { LINES } from './exabgp-lines.ts';
import { IDENTITY, MARKER, messageEvent, NEGOTIATED, type Parsed, PLAIN } from './samples.ts';

/** What ExaBGP printed, whole lines and parts of such, member by member in its order. */

const VERSIONS: Readonly<Record<string, ApiVersion>> = { '4.0.1': 4, '5.0.0': 5, '6.0.0': 6 };

/** The reason of `down`, and the data of the NOTIFICATION that version 4 shows behind it. */
function down(reason: string): { reason: string; text?: string | undefined } {
  const worded = /^peer reset, message \((.*?)\) error\((.*)\)$/.exec(reason);
  if (worded === null) return { reason: reason.replace(/^stop, message \((.*)\)$/, 'stop, message [$1]') };
  const said = /^.*? \/ .*? \/ (.*)$/.exec(worded[2] ?? '');
  return { reason: `${worded[1]}`.replace(/\((\w+,?\w*)$/, '($1)'), text: said?.[1] };
}

function negotiatedOf(shown: Parsed): Negotiated {
  const families = (words: string[]) =>
    words.map((each) => {
      const [afi = '', safi = ''] = each.split(' ');
      return familyOfWords(afi, safi) ?? Number.NaN;
    });
  return {
    ...NEGOTIATED,
    holdTimeSeconds: shown.hold_time,
    asn4: shown.asn4,
    multisession: shown.multisession,
    operational: shown.operational,
    refresh: shown.refresh,
    maxMessageLength: shown.message_size,
    families: families(shown.families),
    addPath: { send: families(shown.add_path.send), receive: families(shown.add_path.receive) },
    extendedNextHop: [],
  };
}

/** The octets of a line's message, without the marker. */
function octetsOf({ header, body, type, neighbor }: Parsed): string {
  const packet = header === undefined ? neighbor.message : { header, body };
  if (packet?.header !== undefined)
    return `${packet.header}${packet.body ?? ''}`.replace(/0x/g, '').slice(32);
  const { code, subcode, data } = type === 'notification' ? neighbor.notification : {};
  if (code === undefined) throw new Error(`no octets: ${type}`);
  const hex = [code, subcode].map((n) => n.toString(16).padStart(2, '0')).join('') + data.slice(2);
  return `${(19 + hex.length / 2).toString(16).padStart(4, '0')}03${hex}`;
}

function eventOf(parsed: Parsed, hex: string | undefined, neighbor: Neighbor): Event {
  const at = { neighbor, timeMs: parsed.time * 1000 };
  const { state, reason, negotiated: shown, direction, code, name } = parsed.neighbor;
  switch (parsed.type) {
    case 'state':
      return { ...at, type: 'state', state, ...(state === 'down' ? down(reason) : {}) };
    case 'fsm':
      return { ...at, type: 'fsm', state: state as FsmState };
    case 'signal':
      return { ...at, type: 'signal', code: Number(code), name };
    case 'negotiated':
      return { ...at, type: 'negotiated', negotiated: negotiatedOf(shown) };
  }
  const negotiated = shown === undefined ? undefined : negotiatedOf(shown);
  const context = { ...DEFAULT_CONTEXT, addPath: new Set(negotiated?.addPath.receive) };
  const message = messageEvent(MARKER + (hex ?? octetsOf(parsed)), {
    direction,
    context,
    ...(negotiated === undefined ? {} : { negotiated }),
  });
  return { ...message, ...at };
}

function told(line: string, hex: string | undefined): string {
  const parsed = JSON.parse(line);
  const version = VERSIONS[parsed.exabgp] ?? 5;
  const { host, pid, ppid } = parsed;
  const encoder = encoderFor('json', version, { host, pid, ppid });
  if (parsed.neighbor === undefined) return encoder.shutdown(parsed.time * 1000);
  const { address, asn, 'router-id': routerId = '', message } = parsed.neighbor;
  const neighbor = {
    localAddress: address.local,
    peerAddress: address.peer,
    localAs: asn.local,
    peerAs: asn.peer,
    routerId,
    counter: { value: parsed.counter - 1 },
  };
  const consolidated = parsed.header === undefined ? 'parsed' : 'consolidate';
  const options: RenderOptions = {
    form: message?.category === undefined ? consolidated : 'packets',
    negotiated: parsed.neighbor.negotiated !== undefined,
  };
  return encoder.encode(eventOf(parsed, hex, neighbor), options) ?? '';
}

/** Without what the clock and its digits say. */
const bare = (line: string) => JSON.stringify({ ...JSON.parse(line), time: 0 }, undefined, 1);

/** The members in the order of the text, which an object does not keep where names are decimal. */
const members = (line: string) => line.match(/"[^"]*"(?= ?:)/g);

describe('whole lines', () => {
  it.each(LINES.map((each, index) => ({ ...each, name: `${index} ${JSON.parse(each.line).type}` })))(
    '$name',
    ({ line, hex }) => {
      expect(bare(told(line, hex))).toBe(bare(line));
      expect(members(told(line, hex))).toEqual(members(line));
    },
  );
});

describe('messages of updates', () => {
  const rows = FRAGMENTS.flatMap(({ name, hex, told }) =>
    Object.entries(told).map(([version, message]) => ({ name, hex, version: Number(version), message })),
  );
  it.each(rows)('$name, version $version', ({ hex, version, message }) => {
    const encoder = encoderFor('json', version as ApiVersion, IDENTITY);
    const shown = JSON.parse(encoder.encode(messageEvent(MARKER + hex), PLAIN) ?? '').neighbor.message;
    expect(JSON.stringify(shown, undefined, 1)).toBe(JSON.stringify(JSON.parse(message), undefined, 1));
  });
});
