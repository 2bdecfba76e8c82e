import type { Words } from '../../syntax/words.ts';
import { LOCAL_NODE, type LsDescriptor, type LsNlri, type LsTlv, REMOTE_NODE } from './bgpls-json.ts';
import {
  areSorted,
  compareTlvs,
  descriptorWords,
  nodeToText,
  parseNode,
  takeTlv,
  tlvsToText,
} from './bgpls-words.ts';
import { type RouteDistinguisher, rdToText } from './rd.ts';
import { rdWord, takeRd } from './words.ts';

const LINK = 2;
const PREFIXES: ReadonlySet<number> = new Set([3, 4]);
const SRV6_SID = 6;

/** Protocol-ID, RFC 9552 section 5.2, RFC 9086, RFC 9857: names that may stand for the number. */
const PROTOCOLS = new Map([
  ['isis-l1', 1],
  ['isis-l2', 2],
  ['ospf', 3],
  ['direct', 4],
  ['static', 5],
  ['ospfv3', 6],
  ['bgp', 7],
  ['rsvp-te', 8],
  ['segment-routing', 9],
]);

/** Words of the node descriptors of a type, each with its TLV and the member's name in events. */
function nodeWords(type: number) {
  if (type !== LINK) return [{ word: 'node', member: 'node-descriptors', tlv: LOCAL_NODE }] as const;
  return [
    { word: 'local-node', member: 'local-node-descriptors', tlv: LOCAL_NODE },
    { word: 'remote-node', member: 'remote-node-descriptors', tlv: REMOTE_NODE },
  ] as const;
}

type Node = Extract<LsDescriptor, { readonly node: unknown }>;
const isNode = (one: LsDescriptor): one is Node => 'node' in one;
const isTlv = (one: LsDescriptor): one is LsTlv => 'octets' in one;

/** What words cannot say of a type: the descriptors that it must have and has not. */
function missing(type: number, descriptors: readonly LsDescriptor[]): string[] {
  const has = (tlv: number) => descriptors.some((one) => one.type === tlv);
  const nodes = nodeWords(type).filter((one) => !has(one.tlv));
  return [
    ...nodes.map((one) => one.word),
    ...(PREFIXES.has(type) && !has(265) ? ['prefix'] : []),
    ...(type === SRV6_SID && !has(518) ? ['sid'] : []),
  ];
}

/** Whether words say all of it: nodes first, each kind once, all in the order that RFC 9552 section 5.1 wants. */
function hasWords(value: LsNlri): boolean {
  const { descriptors, type } = value;
  const nodes = descriptors.filter(isNode);
  const tlvs = descriptors.filter(isTlv);
  const wanted = nodeWords(type).map((one) => one.tlv);
  const nodesFirst = descriptors.slice(0, nodes.length).every(isNode);
  const inOrder = nodes.length === wanted.length && nodes.every((one, i) => one.type === wanted[i]);
  return (
    nodesFirst &&
    inOrder &&
    nodes.every((one) => areSorted(one.node)) &&
    areSorted(tlvs) &&
    tlvs.every((one) => one.type > REMOTE_NODE) &&
    missing(type, descriptors).length === 0
  );
}

/**
 * ` protocol isis-l2 identifier 0 local-node [ as 65001 … ] remote-node [ … ] interface 10.0.0.1`; undefined where
 * words read back would not give the same octets.
 */
export function lsToText(value: LsNlri): string | undefined {
  if (!hasWords(value)) return undefined;
  const { type, rd, protocol, identifier, descriptors } = value;
  const name = [...PROTOCOLS].find(([, code]) => code === protocol)?.[0];
  const nodes = descriptors.filter(isNode).map((one) => {
    const word = nodeWords(type).find(({ tlv }) => tlv === one.type)?.word;
    return `${word} ${nodeToText(one.node)}`;
  });
  const parts = [
    rd === undefined ? '' : `rd ${rdToText(rd)}`,
    `protocol ${name ?? protocol} identifier ${identifier}`,
    ...nodes,
    tlvsToText(descriptors.filter(isTlv), descriptorWords(type)),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const MAX_IDENTIFIER = 0xffffffffffffffffn;

function parseIdentifier(words: Words): bigint {
  const expected = 'an identifier of 64 bits';
  const word = words.next(expected);
  const value = /^\d{1,20}$/.test(word.text) ? BigInt(word.text) : -1n;
  return value >= 0n && value <= MAX_IDENTIFIER ? value : words.fail(word, expected);
}

function parseProtocol(words: Words): number {
  const named = PROTOCOLS.get(words.peek()?.text.toLowerCase() ?? '');
  if (named === undefined) {
    return words.unsigned(`a protocol (${[...PROTOCOLS.keys()].join(', ')}) or its number`, 0xff);
  }
  words.next('a protocol');
  return named;
}

/** Gathers what stands after the type's word, in any order, up to a word that is none of it. */
class NlriWords {
  readonly #type: number;
  readonly #isVpn: boolean;
  readonly #nodes = new Map<number, Node>();
  readonly #tlvs: LsTlv[] = [];
  #rd: RouteDistinguisher | undefined;
  #protocol: number | undefined;
  #identifier: bigint | undefined;

  constructor(type: number, isVpn: boolean) {
    this.#type = type;
    this.#isVpn = isVpn;
  }

  read(words: Words): LsNlri {
    while (this.#one(words));
    const descriptors: LsDescriptor[] = [
      ...[...this.#nodes.values()].sort((a, b) => a.type - b.type),
      ...this.#tlvs.sort(compareTlvs),
    ];
    const lacks = [
      ...(this.#isVpn && this.#rd === undefined ? ['rd'] : []),
      ...(this.#protocol === undefined ? ['protocol'] : []),
      ...missing(this.#type, descriptors),
    ];
    if (lacks.length > 0) words.failNext(lacks.map((word) => `'${word}'`).join(', '), lacks);
    return {
      type: this.#type,
      ...(this.#rd === undefined ? {} : { rd: this.#rd }),
      protocol: this.#protocol ?? 0,
      identifier: this.#identifier ?? 0n,
      descriptors,
    };
  }

  #one(words: Words): boolean {
    const take = (...names: string[]) => names.some((name) => words.take(name));
    if (this.#isVpn && this.#rd === undefined && takeRd(words)) this.#rd = rdWord(words);
    else if (this.#protocol === undefined && take('protocol', 'protocol-id'))
      this.#protocol = parseProtocol(words);
    else if (this.#identifier === undefined && take('identifier', 'l3-routing-topology'))
      this.#identifier = parseIdentifier(words);
    else return this.#descriptor(words, take);
    return true;
  }

  #descriptor(words: Words, take: (...names: string[]) => boolean): boolean {
    for (const { word, member, tlv } of nodeWords(this.#type)) {
      if (this.#nodes.has(tlv) || !take(word, member)) continue;
      this.#nodes.set(tlv, { type: tlv, node: parseNode(words) });
      return true;
    }
    const at = words.peek();
    const tlv = takeTlv(words, descriptorWords(this.#type));
    if (tlv === undefined) return false;
    if (tlv.type <= REMOTE_NODE && at !== undefined) words.fail(at, 'a TLV type above 257');
    this.#tlvs.push(tlv);
    return true;
  }
}

/** Reads `lsToText`, in any order. @throws WordError */
export function parseLs(words: Words, type: number, isVpn: boolean): LsNlri {
  return new NlriWords(type, isVpn).read(words);
}
