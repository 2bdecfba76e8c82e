import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodecContext, DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { NotificationError } from '../../src/bgp/errors.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { BgpFraming, message } from '../../src/bgp/header.ts';
import { decodeMessage } from '../../src/bgp/message.ts';
import { BmpError } from '../../src/bmp/errors.ts';
import { BMP_FRAMING } from '../../src/bmp/header.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import { MrtEvents } from '../../src/cli/mrt-events.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import type { Event } from '../../src/events/event.ts';
import { bgpdumpLines } from '../../src/mrt/bgpdump.ts';
import { MrtError, MrtFramingError } from '../../src/mrt/errors.ts';
import { MrtFile } from '../../src/mrt/file.ts';
import { Framer } from '../../src/wire/framer.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { type CaseResult, judged } from './result.ts';

const SUITE = 'malformed-files';
const IDENTITY = { host: 'host', pid: 1, ppid: 1 };

/** The same octets mean other things in other sessions: each must get away with all of them. */
const CONTEXTS: readonly CodecContext[] = [
  DEFAULT_CONTEXT,
  { ...DEFAULT_CONTEXT, asn4: false, addPath: new Set([IPV4_UNICAST, IPV6_UNICAST]) },
  { ...DEFAULT_CONTEXT, peering: 'external', maxMessageLength: 4096 },
  { ...DEFAULT_CONTEXT, peering: 'internal', families: new Set([IPV4_UNICAST]) },
];

/** Broken input of others' fuzzers and crashes: whatever comes of it, it is a documented error or an event. */
export function runMalformedFiles(folder: string): CaseResult[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) =>
      inputsOf(join(folder, file)).map((octets, i) => ({ name: `${file}:${i + 1}`, octets })),
    )
    .map(({ name, octets }) => judged(SUITE, name, crashOf(octets, name)));
}

function inputsOf(file: string): Uint8Array[] {
  const content = readFileSync(file);
  if (!/\.(txt|hexl)$/.test(file)) return [content];
  const lines = content.toString('latin1').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => fromHex(line.trim()) ?? content);
}

function crashOf(octets: Uint8Array, name: string): string | undefined {
  try {
    if (name.startsWith('bmp-')) readBmp(octets);
    if (name.includes('.mrt:')) readMrt(octets);
    for (const context of CONTEXTS) {
      readBgp(octets, context);
      readBgp(
        message('update', (w) => w.octets(octets), 1 << 20),
        context,
      );
    }
    return undefined;
  } catch (err) {
    return err instanceof Error ? (err.stack ?? err.message) : String(err);
  }
}

function readBgp(octets: Uint8Array, context: CodecContext): void {
  try {
    for (const each of new Framer(new BgpFraming({ maxLength: context.maxMessageLength })).push(octets)) {
      const decoded = decodeMessage(each, context);
      if (decoded.type === 'update') show({ ...common(each), type: 'update', update: decoded.update });
      if (decoded.type === 'open') show({ ...common(each), type: 'open', open: decoded.open });
    }
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
  }
}

function common(octets: Uint8Array) {
  const addresses = { localAddress: '127.0.0.1', peerAddress: '127.0.0.1', localAs: 1, peerAs: 1 };
  const neighbor = { ...addresses, routerId: '0.0.0.0', counter: { value: 0 } };
  return { neighbor, timeMs: 0, direction: 'receive', octets, negotiated: undefined } as const;
}

function readBmp(octets: Uint8Array): void {
  const router = new BmpRouter({ router: '127.0.0.1:0', now: () => 0, emit: show });
  try {
    for (const frame of new Framer(BMP_FRAMING).push(octets)) router.receive(frame);
  } catch (err) {
    if (!(err instanceof BmpError)) throw err;
  }
}

function readMrt(octets: Uint8Array): void {
  const file = new MrtFile({ skipped: () => {} });
  const events = new MrtEvents();
  try {
    for (const record of file.push(octets)) {
      try {
        for (const event of events.of(record)) show(event);
        bgpdumpLines(record, { times: 'dump' });
      } catch (err) {
        if (!(err instanceof MrtError)) throw err;
      }
    }
  } catch (err) {
    if (!(err instanceof MrtFramingError)) throw err;
  }
}

/** Every form of an event must be one line of JSON, or text without control characters. */
function show(event: Event): void {
  for (const version of [4, 5, 6] as const) {
    const options = { form: 'parsed', negotiated: false } as const;
    const json = encoderFor('json', version, IDENTITY).encode(event, options);
    if (json !== undefined) for (const line of linesOf(json)) JSON.parse(line);
    const text = encoderFor('text', version, IDENTITY).encode(event, options);
    if (text !== undefined && /[\x00-\x09\x0b-\x1f\x7f]/.test(text))
      throw new Error(`control octet in ${text}`);
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
