import type { Words } from '../../syntax/words.ts';
import { ShortInputError } from '../../wire/errors.ts';
import { toHex } from '../../wire/hex.ts';
import { PrefixError } from '../../wire/prefix.ts';
import { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import type { JsonObject } from '../json.ts';
import { hexWord, pairs } from './words.ts';

/** One field of a typed route: how it stands in octets and in text. */
export interface Field<Key extends string, Value> {
  readonly key: Key;
  /** The word before it in text; empty: it stands first, without a word. */
  readonly word: string;
  /** Other words for it that are read. */
  readonly aliases?: readonly string[];
  /** @param address octets of an address of the family, where the octets do not tell */
  read(r: Reader, address: 4 | 16): Value;
  write(w: Writer, value: Value): void;
  /** Undefined: the field is absent and so is its word. */
  toText(value: Value): string | undefined;
  /** @param word the one that was read before it */
  parse(words: Words, address: 4 | 16, word: string): Value;
  /** What a field has that text leaves out; without it the word must be there. */
  readonly missing?: { readonly value: Value };
}

type AnyField = Field<string, unknown>;
export type FieldsOf<F extends readonly AnyField[]> = {
  readonly [X in F[number] as X['key']]: X extends Field<string, infer Value> ? Value : never;
};

/** One route type of a family, in the order of its octets. */
export interface RouteType<Code extends number, F extends readonly AnyField[]> {
  readonly code: Code;
  /** The RFC's name, for events. */
  readonly name: string;
  /** The word in text. */
  readonly word: string;
  /** Other words for it that are read: those of GoBGP's command line. */
  readonly aliases?: readonly string[];
  readonly fields: F;
  /** Fields that may stand right behind the type, in this order and without their words. */
  readonly leading?: readonly F[number]['key'][];
  /** Fields that identify a route; without it all do. */
  readonly identity?: readonly F[number]['key'][];
  toJson(fields: FieldsOf<F>): JsonObject;
  /** Instead of the fields' own, where one's text depends on another's. */
  parse?(words: Words, address: 4 | 16): FieldsOf<F>;
}

/** Checks a row and keeps the types of its fields. */
export function routeType<const Code extends number, const F extends readonly AnyField[]>(
  row: RouteType<Code, F>,
): RouteType<Code, F> {
  return row;
}

/** A row of any table; methods take the fields that the row itself read. */
export type AnyRouteType = Omit<
  RouteType<number, readonly AnyField[]>,
  'toJson' | 'identity' | 'leading' | 'parse'
> & {
  readonly identity?: readonly string[];
  readonly leading?: readonly string[];
  toJson(fields: object): JsonObject;
  parse?(words: Words, address: 4 | 16): object;
};

type ParsedRoute<Row> =
  Row extends RouteType<infer Code, infer F> ? { readonly type: Code; readonly fields: FieldsOf<F> } : never;

/** A route of a type without a row, or one that breaks its type's rules: its octets without type and length. */
export interface RawRoute {
  readonly type: number;
  readonly octets: Uint8Array;
}

export type TypedRoute<Row> = ParsedRoute<Row> | RawRoute;

interface Loose {
  readonly type: number;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly octets?: Uint8Array;
}

/** What the fields of `octets` say, undefined when they do not fill them exactly or break a rule. */
export function tryRead<T>(octets: Uint8Array, read: (r: Reader) => T): T | undefined {
  const r = new Reader(octets);
  try {
    const value = read(r);
    return r.done ? value : undefined;
  } catch (err) {
    if (err instanceof RangeError || err instanceof PrefixError || err instanceof ShortInputError)
      return undefined;
    throw err;
  }
}

/** The routes of a family whose types are `rows`: what comes between type and length outside, and text. */
export class RouteTypes<Row extends AnyRouteType> {
  readonly #rows: readonly Row[];
  readonly #address: 4 | 16;
  readonly #lastType: number;

  /** @param lastType the highest type that its field can hold */
  constructor(rows: readonly Row[], address: 4 | 16, lastType = 0xff) {
    this.#lastType = lastType;
    this.#rows = rows;
    this.#address = address;
  }

  row(type: number): Row | undefined {
    return this.#rows.find((row) => row.code === type);
  }

  decode(type: number, octets: Uint8Array): TypedRoute<Row> {
    const row = this.row(type);
    const fields = row && tryRead(octets, (r) => this.#read(row, r));
    const value: Loose = fields === undefined ? { type, octets } : { type, fields };
    return value as TypedRoute<Row>;
  }

  #read(row: Row, r: Reader): Record<string, unknown> {
    return Object.fromEntries(row.fields.map((field) => [field.key, field.read(r, this.#address)]));
  }

  /** The octets after type and length. */
  octets(route: TypedRoute<Row>): Uint8Array {
    const { type, fields, octets } = route as Loose;
    if (fields === undefined) return octets ?? new Uint8Array(0);
    return written((w) => {
      for (const field of this.row(type)?.fields ?? []) field.write(w, fields[field.key]);
    });
  }

  key(route: TypedRoute<Row>): string {
    const { type, fields } = route as Loose;
    const row = this.row(type);
    if (fields === undefined || row?.identity === undefined) return `${type} ${toHex(this.octets(route))}`;
    const kept = row.fields.filter((field) => row.identity?.includes(field.key));
    return `${type} ${toHex(written((w) => kept.forEach((field) => void field.write(w, fields[field.key]))))}`;
  }

  /** Members of a route that was understood, else undefined. */
  toJson(route: TypedRoute<Row>): JsonObject | undefined {
    const { type, fields } = route as Loose;
    return fields === undefined ? undefined : this.row(type)?.toJson(fields);
  }

  /** `shared-join rp 10.0.0.1 group …`, or `type 9 0x…`. */
  toText(route: TypedRoute<Row>): string {
    const { type, fields } = route as Loose;
    const row = this.row(type);
    if (fields === undefined || row === undefined) return `type ${type} 0x${toHex(this.octets(route))}`;
    const words = textOrder(row).map((field) => {
      const text = field.toText(fields[field.key]);
      return text === undefined ? '' : field.word === '' ? ` ${text}` : ` ${field.word} ${text}`;
    });
    return row.word + words.join('');
  }

  /** Reads `toText`, fields with a word in any order. */
  parse(words: Words): TypedRoute<Row> {
    if (words.take('type'))
      return this.decode(words.unsigned('a route type', this.#lastType), hexWord(words));
    const name = words.oneOf(this.#rows.flatMap(wordsOf), 'a route type');
    const row = this.#rows.find((candidate) => wordsOf(candidate).includes(name));
    if (row?.parse !== undefined) {
      return { type: row.code, fields: row.parse(words, this.#address) } as unknown as TypedRoute<Row>;
    }
    const fields = row === undefined ? {} : this.#parseFields(row, words);
    return { type: row?.code, fields } as unknown as TypedRoute<Row>;
  }

  #parseFields(row: Row, words: Words): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    for (const field of row.fields) {
      if (field.word === '') fields[field.key] = field.parse(words, this.#address, '');
      else if (field.missing !== undefined) fields[field.key] = field.missing.value;
    }
    const named = row.fields.filter((field) => field.word !== '');
    const byWord = new Map(named.flatMap((field) => wordsOf(field).map((word) => [word, field] as const)));
    const read = new Set<AnyField>();
    for (const key of row.leading ?? []) {
      const field = named.find((candidate) => candidate.key === key);
      if (field === undefined || !isValue(words, byWord)) break;
      fields[key] = field.parse(words, this.#address, field.word);
      read.add(field);
    }
    const left = named.filter((field) => !read.has(field));
    pairs(
      words,
      left.map((field) => field.word),
      left.filter((field) => field.missing !== undefined).map((field) => field.word),
      (text) => byWord.get(text)?.word ?? text,
    )((key, word) => {
      const field = byWord.get(key);
      if (field !== undefined) fields[field.key] = field.parse(words, this.#address, word);
    });
    return fields;
  }
}

function wordsOf(named: { readonly word: string; readonly aliases?: readonly string[] }): string[] {
  return [named.word, ...(named.aliases ?? [])];
}

/** Whether the next word has the form of a value: an address, a prefix or a MAC address, and no keyword. */
function isValue(words: Words, keywords: ReadonlyMap<string, unknown>): boolean {
  const text = words.peek()?.text ?? '';
  return /[.:]/.test(text) && !keywords.has(text);
}

function textOrder(row: AnyRouteType): readonly AnyField[] {
  return row.fields.toSorted((a, b) => Number(a.word !== '') - Number(b.word !== ''));
}
