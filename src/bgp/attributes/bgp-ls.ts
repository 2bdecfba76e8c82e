import { toHex } from '../../wire/hex.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { ApiVersion, Json } from '../json.ts';
import { linkStateMembers } from './bgp-ls-tlv.ts';
import { linkStateText, parseLinkState } from './bgp-ls-words.ts';
import { attribute, OPTIONAL_NON_TRANSITIVE } from './codec.ts';

/** One TLV of the attribute, in the order of the octets. */
export interface LinkStateAttributeTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

type Tlvs = readonly LinkStateAttributeTlv[];

function decode(r: Reader): Tlvs {
  const tlvs: LinkStateAttributeTlv[] = [];
  while (!r.done) tlvs.push({ type: r.u16(), value: r.octets(r.u16()).slice() });
  return tlvs;
}

function encode(w: Writer, tlvs: Tlvs): void {
  for (const { type, value } of tlvs) w.u16(type).u16Length('link-state TLV', () => w.octets(value));
}

/** The members of one attribute, in the order of the octets. */
class Members {
  readonly #all = new Map<string, Json>();
  readonly #lists = new Map<string, Json[]>();
  readonly #repeated = new Map<string, Json[]>();

  append(key: string, item: Json): void {
    const list = this.#lists.get(key) ?? [];
    list.push(item);
    this.#lists.set(key, list);
    this.#all.set(key, list);
  }

  /** The value itself while there is one, then a list. */
  repeat(key: string, item: Json): void {
    const all = [...(this.#repeated.get(key) ?? []), item];
    this.#repeated.set(key, all);
    this.#all.set(key, all.length === 1 ? item : all);
  }

  set(key: string, value: Json): void {
    if (!this.#all.has(key)) this.#all.set(key, value);
  }

  /** ExaBGP's main branch has the lists first. */
  toJson(version: ApiVersion): Readonly<Record<string, Json>> {
    return Object.fromEntries(version === 6 ? [...this.#lists, ...this.#all] : this.#all);
  }
}

/** A TLV without a row, or that does not read: its octets, all of one type in a list. Version 4: its number. */
function toJson(tlvs: Tlvs, version: ApiVersion): Readonly<Record<string, Json>> {
  const members = new Members();
  for (const { type, value } of tlvs) {
    const found = linkStateMembers(type, value, version);
    if (found === undefined) {
      if (version === 4) members.repeat('attribute-not-implemented', String(type));
      else members.append(`generic-lsid-${type}`, `0x${toHex(value).toUpperCase()}`);
    } else {
      for (const [key, json] of Object.entries(found.members)) {
        if (found.list) members.append(key, json);
        else if (found.repeats) members.repeat(key, json);
        else members.set(key, json);
      }
    }
  }
  return { 'bgp-ls': members.toJson(version) };
}

/** BGP-LS attribute, RFC 9552 section 5.3: TLVs of a node, link or prefix. */
export const bgpLs = attribute<Tlvs, 'bgpLs'>({
  code: 29,
  rfc: 'RFC 9552',
  key: 'bgpLs',
  word: 'bgp-ls',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'attribute-discard',
  wrongFlags: 'attribute-discard',
  decode,
  encode,
  toJson,
  toConfig: linkStateText,
  parse: parseLinkState,
  toText: (tlvs) => `bgp-ls [ ${tlvs.map(({ type, value }) => `${type}:0x${toHex(value)}`).join(' ')} ]`,
});
