import { expect } from 'vitest';
import { DEFAULT_CONTEXT } from '../../../src/bgp/context.ts';
import type { NextHop, NlriCodec } from '../../../src/bgp/nlri/codec.ts';
import { Words } from '../../../src/syntax/words.ts';
import { parseAddress } from '../../../src/wire/address.ts';
import { fromHex, toHex } from '../../../src/wire/hex.ts';
import { Reader } from '../../../src/wire/reader.ts';
import { written } from '../../../src/wire/writer.ts';

export function octets(hex: string): Uint8Array {
  const found = fromHex(hex.replaceAll(' ', ''));
  if (found === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return found;
}

export function ip(text: string): Uint8Array {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address;
}

/** The words of a line, cut as configuration and commands are. */
export function wordsOf(text: string): Words {
  const words = [...text.matchAll(/[[\]{};]|[^\s[\]{};]+/g)].map((m) => ({
    text: m[0],
    at: m.index,
    end: m.index + m[0].length,
    quoted: false,
  }));
  return new Words(words, text.length);
}

export interface Row {
  readonly octets: string;
  readonly withdraw?: boolean;
  readonly nextHop?: string;
  /** Versions 4, 5 and 6 when the same. */
  readonly json?: unknown;
  readonly json4?: unknown;
  readonly json5?: unknown;
  readonly json6?: unknown;
  readonly text?: string;
  /** Text that is read as the same value. */
  readonly parses?: readonly string[];
}

export function decode<V>(codec: NlriCodec<V>, hex: string, withdraw = false): V {
  const r = new Reader(octets(hex));
  const value = codec.decode(r, DEFAULT_CONTEXT, withdraw);
  expect(r.remaining).toBe(0);
  return value;
}

export function encode<V>(codec: NlriCodec<V>, value: V, withdraw = false): string {
  return toHex(written((w) => codec.encode(w, value, DEFAULT_CONTEXT, withdraw)));
}

export function parse<V>(codec: NlriCodec<V>, text: string): V {
  const words = wordsOf(text);
  if (codec.parse === undefined) throw new Error('the family has no syntax');
  const value = codec.parse(words);
  words.finish();
  return value;
}

/** Decodes, encodes, shows and reads one row. */
export function check<V>(codec: NlriCodec<V>, row: Row): void {
  const hex = row.octets.replaceAll(' ', '').toLowerCase();
  const value = decode(codec, hex, row.withdraw);
  expect(encode(codec, value, row.withdraw)).toBe(hex);
  const nextHop: NextHop | undefined = row.nextHop === undefined ? undefined : { address: ip(row.nextHop) };
  const wanted = { 4: row.json4 ?? row.json, 5: row.json5 ?? row.json, 6: row.json6 ?? row.json };
  for (const version of [4, 5, 6] as const) {
    if (wanted[version] === undefined) continue;
    // events of version 6 give none
    const json = codec.toJson(value, version, version === 6 ? undefined : nextHop);
    expect(JSON.parse(JSON.stringify(json))).toEqual(wanted[version]);
    expect(Object.keys(json).filter((key) => json[key] !== undefined)).toEqual(
      Object.keys(wanted[version] ?? {}),
    );
  }
  if (row.text !== undefined) expect(codec.toText(value, 5)).toBe(row.text);
  for (const text of [...(row.parses ?? []), ...(row.text === undefined ? [] : [row.text])]) {
    expect(encode(codec, parse(codec, text), row.withdraw)).toBe(hex);
  }
}
