import type { Word, Words } from '../../syntax/words.ts';
import { parseAddress } from '../../wire/address.ts';
import { masked, type Prefix } from '../../wire/prefix.ts';
import { AFI } from '../family.ts';
import {
  COMPONENT_WORDS,
  type ComponentType,
  componentByWord,
  type FlowComponent,
  type FlowPrefix,
  type FlowTerm,
  isLayer2,
  readName,
} from './flowspec-components.ts';
import { BITMASK_OPERATORS, NUMERIC_OPERATORS } from './flowspec-text.ts';
import type { RouteDistinguisher } from './rd.ts';
import { macWord, rdWord, takeRd } from './words.ts';

const BY_LENGTH = (a: string, b: string) => b.length - a.length;
const NUMERIC_SIGNS = NUMERIC_OPERATORS.toSorted(BY_LENGTH);
const BITMASK_SIGNS = BITMASK_OPERATORS.toSorted(BY_LENGTH);

/** Whether the next word starts a match component. */
export function atFlowComponent(words: Words): boolean {
  const word = words.peek();
  return word !== undefined && !word.quoted && componentByWord(word.text) !== undefined;
}

/** One statement of a `match` section: `destination-port [ >8080&<8088 =3128 ]`. Prefixes give one component each. */
export function parseFlowComponent(words: Words): FlowComponent[] {
  const word = words.next('a match component');
  const row = componentByWord(word.text);
  if (row === undefined) return words.fail(word, 'a match component', COMPONENT_WORDS);
  if (row.kind === 'prefix') return words.list((w) => parseFlowPrefix(w, row.type, word.text));
  if (row.kind === 'mac') return words.list((w) => ({ type: row.type, mac: macWord(w) }));
  const takes = { row, most: row.most?.[word.text] ?? row.maximum };
  const tests = words.list((w) => parseTests(w, takes), { commas: true });
  if (tests.length === 0) return words.fail(word, `${word.text} and a test`);
  return [{ type: row.type, terms: tests.flat() }];
}

/**
 * Match components, in one line or as `match { component; component; }`, with an RD among them; stops at
 * the first word that is none of these. Components come back in the order of their types.
 */
export function parseFlow(
  words: Words,
  takesRd: boolean,
): { rd?: RouteDistinguisher; components: FlowComponent[] } {
  const components: FlowComponent[] = [];
  let rd: RouteDistinguisher | undefined;
  for (;;) {
    if (atFlowComponent(words)) components.push(...parseFlowComponent(words));
    else if (words.take('match')) components.push(...parseMatchBlock(words));
    else if (takesRd && rd === undefined && takeRd(words)) rd = rdWord(words);
    else break;
  }
  const sorted = sortedComponents(components);
  return rd === undefined ? { components: sorted } : { rd, components: sorted };
}

function parseMatchBlock(words: Words): FlowComponent[] {
  const components: FlowComponent[] = [];
  words.expect('{');
  while (!words.take('}')) {
    if (words.take(';')) continue;
    components.push(...parseFlowComponent(words));
  }
  return components;
}

/** RFC 8955 section 4.2: by type; components of one type keep their order, tests of one type become one. */
export function sortedComponents(components: readonly FlowComponent[]): FlowComponent[] {
  const out: FlowComponent[] = [];
  for (const component of components.toSorted((a, b) => a.type - b.type)) {
    const last = out.at(-1);
    if (last !== undefined && last.type === component.type && 'terms' in last && 'terms' in component) {
      out[out.length - 1] = { type: last.type, terms: [...last.terms, ...component.terms] };
    } else {
      out.push(component);
    }
  }
  return out;
}

/** The AFI of a rule whose text does not say: layer 2 when it has a component of frames, IPv6 when an IPv6 prefix. */
export function flowAfi(components: readonly FlowComponent[]): number {
  if (components.some(isLayer2)) return AFI.l2vpn;
  const isIpv6 = components.some((component) => 'address' in component && component.address.length === 16);
  return isIpv6 ? AFI.ipv6 : AFI.ipv4;
}

function parseFlowPrefix(words: Words, type: number, keyword: string): FlowPrefix {
  const octets = keyword.endsWith('-ipv4') ? 4 : keyword.endsWith('-ipv6') ? 16 : undefined;
  const expected =
    octets === 4
      ? 'an IPv4 prefix with its length'
      : 'an IP prefix with its length (IPv6: PREFIX/LENGTH or PREFIX/LENGTH/OFFSET)';
  const word = words.next(expected);
  const [address, length, offset, extra] = word.text.split('/');
  if (length === undefined || extra !== undefined) return words.fail(word, expected);
  const prefix = flowPrefix(address, length);
  if (prefix === undefined || (octets !== undefined && prefix.address.length !== octets)) {
    return words.fail(word, expected);
  }
  if (prefix.address.length === 4) {
    return offset === undefined ? { type, ...prefix } : words.fail(word, expected);
  }
  const skip = /^\d{1,3}$/.test(offset ?? '0') ? Number(offset ?? 0) : Number.NaN;
  const inside = skip < prefix.length || (skip === 0 && prefix.length === 0);
  return inside ? { type, ...prefix, offset: skip } : words.fail(word, expected);
}

/** Host bits are cleared: ExaBGP takes `10.0.0.1/24` in a rule for the network. */
function flowPrefix(address: string | undefined, length: string): Prefix | undefined {
  const octets = parseAddress(address ?? '');
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (octets === undefined || !(bits <= octets.length * 8)) return undefined;
  return { address: masked(octets, bits), length: bits };
}

/** One word: a test, or several joined by `&`. */
function parseTests(words: Words, takes: Takes): FlowTerm[] {
  const { row } = takes;
  const word = words.next(`a test of ${row.ipv4}`);
  return word.text.split('&').map((text, i) => ({
    and: i > 0,
    ...(row.kind === 'bitmask'
      ? bitmaskTest(words, word, takes, text)
      : numericTest(words, word, takes, text)),
  }));
}

type Test = Omit<FlowTerm, 'and'>;

interface Takes {
  readonly row: ComponentType;
  /** The most that a decimal number may be. */
  readonly most: number;
}

/** In hexadecimal digits a value is as the octets have it, whatever the word means. */
function numberOf(text: string, { row, most }: Takes): number | undefined {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number(text) <= row.maximum ? Number(text) : undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : readName(row, text);
  return value !== undefined && value <= most ? value : undefined;
}

function numericTest(words: Words, word: Word, takes: Takes, text: string): Test {
  const lower = text.toLowerCase();
  const sign = NUMERIC_SIGNS.find((candidate) => lower.startsWith(candidate));
  const rest = sign === undefined ? text : text.slice(sign.length);
  const operator = NUMERIC_OPERATORS.indexOf(sign ?? '=');
  if (rest === '' && (sign === 'true' || sign === 'false')) return { operator, value: 0, octets: 1 };
  const value = numberOf(rest, takes);
  if (value === undefined) return words.fail(word, numericExpected(takes), namesOf(takes.row));
  return { operator, value, octets: smallest(value) };
}

function bitmaskTest(words: Words, word: Word, takes: Takes, text: string): Test {
  const sign = BITMASK_SIGNS.find((candidate) => text.startsWith(candidate)) ?? '';
  let value = 0;
  for (const part of text.slice(sign.length).split('+')) {
    const bits = numberOf(part, takes);
    if (bits === undefined) return words.fail(word, numericExpected(takes), namesOf(takes.row));
    value |= bits;
  }
  return { operator: BITMASK_OPERATORS.indexOf(sign), value, octets: smallest(value) };
}

function numericExpected({ row, most }: Takes): string {
  const names = Object.keys(row.names ?? {});
  const known = names.length === 0 ? '' : ` or ${names.join(', ')}`;
  return `${row.ipv4} from 0 to ${most}${known}, after an operator or none`;
}

function namesOf(row: ComponentType): string[] {
  return Object.keys({ ...row.names, ...row.oldNames, ...row.read });
}

function smallest(value: number): number {
  return value <= 0xff ? 1 : value <= 0xffff ? 2 : 4;
}
