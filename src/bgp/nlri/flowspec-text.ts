import { formatAddress } from '../../wire/address.ts';
import { formatPrefix } from '../../wire/prefix.ts';
import type { ApiVersion } from '../json.ts';
import { colons } from './fields.ts';
import {
  type ComponentType,
  componentByWord,
  componentType,
  componentWord,
  type FlowComponent,
  type FlowPrefix,
  type FlowTerm,
  shownName,
} from './flowspec-components.ts';
import { ICMP_TYPES, PROTOCOLS } from './flowspec-names.ts';

/** RFC 8955 section 4.2.1.1: by the bits lt, gt, eq. */
export const NUMERIC_OPERATORS = ['false', '=', '>', '>=', '<', '<=', '!=', 'true'] as const;
/** RFC 8955 section 4.2.1.2: by the bits not, match. */
export const BITMASK_OPERATORS = ['', '=', '!', '!='] as const;

/** What ExaBGP 4.2 writes before a number that has no name. */
const UNNAMED = new Map<ComponentType['names'], string>([
  [PROTOCOLS, 'unknown protocol type '],
  [ICMP_TYPES, 'unknown icmp type type '],
]);

/** How tests are worded: as events of a version show them, or so that they can be read back. */
export interface FlowWording {
  readonly version: ApiVersion;
  readonly readable: boolean;
}

/** The tests of each component type by its word, in order: `{ 'destination-port': ['>=80&<=90', '=8080'] }`. */
export function componentTexts(
  components: readonly FlowComponent[],
  afi: number,
  wording: FlowWording,
): Record<string, string[]> {
  const out: Record<string, string[]> = {};
  for (const component of components) {
    const word = componentWord(component.type, afi);
    const texts =
      'terms' in component
        ? testTexts(component.type, component.terms, wording)
        : ['mac' in component ? colons(component.mac) : prefixText(component)];
    out[word] = [...(out[word] ?? []), ...texts];
  }
  return out;
}

/** `destination-ipv4 10.1.0.0/16 destination-port [ >=80&<=90 =8080 ]`. A single test needs no brackets. */
export function componentsToText(
  components: readonly FlowComponent[],
  afi: number,
  wording: FlowWording,
): string {
  return Object.entries(componentTexts(components, afi, wording))
    .map(([word, all]): [string, string[]] => [word, all.map((text) => inRange(word, text))])
    .map(([word, texts]) => {
      const [first] = texts;
      const single = texts.length === 1 && first !== undefined && !first.includes('&');
      return single ? `${word} ${first}` : `${word} [ ${texts.join(' ')} ]`;
    })
    .join(' ');
}

/** What no word takes as a decimal number, in hexadecimal ones, which are read whatever they are. */
function inRange(word: string, text: string): string {
  const most = componentByWord(word)?.most?.[word];
  if (most === undefined) return text;
  return text.replace(/\d+/g, (digits) =>
    Number(digits) > most ? `0x${Number(digits).toString(16)}` : digits,
  );
}

function prefixText({ address, length, offset }: FlowPrefix): string {
  if (address.length === 4) return formatPrefix({ address, length });
  return `${formatAddress(address)}/${length}/${offset ?? 0}`;
}

function testTexts(type: number, terms: readonly FlowTerm[], wording: FlowWording): string[] {
  const row = componentType(type);
  const out: string[] = [];
  for (const term of terms) {
    const text = row?.kind === 'bitmask' ? bitmaskText(row, term) : numericText(row, term, wording);
    const last = out.pop();
    if (last === undefined) out.push(text);
    else if (term.and) out.push(`${last}&${text}`);
    else out.push(last, text);
  }
  return out;
}

function numericText(
  row: ComponentType | undefined,
  { operator, value }: FlowTerm,
  { version, readable }: FlowWording,
): string {
  const sign = NUMERIC_OPERATORS[operator & 7] ?? '';
  if (operator === 0 || operator === 7) {
    return !readable || value === 0 || value === 0n ? sign : `${sign}${value}`;
  }
  const name = row === undefined ? undefined : shownName(row, Number(value), version);
  const unnamed = version === 4 && !readable ? (UNNAMED.get(row?.names) ?? '') : '';
  return `${sign}${name ?? `${unnamed}${value}`}`;
}

/** Names of the bits joined by `+`; bits without a name as one hexadecimal number. */
function bitmaskText(row: ComponentType, { operator, value }: FlowTerm): string {
  let rest = BigInt(value);
  const names: string[] = [];
  for (const [name, bit] of Object.entries(row.names ?? {})) {
    if ((rest & BigInt(bit)) === 0n) continue;
    names.push(name);
    rest &= ~BigInt(bit);
  }
  if (rest !== 0n || names.length === 0) names.push(`0x${rest.toString(16)}`);
  return `${BITMASK_OPERATORS[operator & 3] ?? ''}${names.join('+')}`;
}
