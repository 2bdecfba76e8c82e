import { longer } from '../longer.ts';

/** What several routes share: path attributes and next hop, as octets. */
export interface SharedAttributes {
  /** Path attributes without MP_REACH_NLRI and MP_UNREACH_NLRI. */
  readonly attributes: Uint8Array;
  /** The next hop field of MP_REACH_NLRI; undefined where the route stood in the plain field. */
  readonly nextHop: Uint8Array | undefined;
  /** AS numbers have four octets. */
  readonly asn4: boolean;
  /** The whole NLRI of one route, where the table's key does not hold it. */
  readonly nlri?: Uint8Array | undefined;
}

/** Entries that have each one use of attributes. */
export interface Uses {
  readonly size: number;
  /** The number of an entry's attributes. */
  value(entry: number): number;
}

/** Uses that are given up with each set that is taken: more than a table that grows again has. */
const DUG_PER_TAKE = 32;

/** Attributes by number, each kept once however many routes of however many routers have them. */
export class AttributePool {
  readonly #numbers = new Map<string, number>();
  readonly #keys: string[] = [];
  #uses = new Uint32Array(16);
  readonly #free: number[] = [];
  /** Of tables that are gone, and how far each is given up. */
  readonly #buried: { readonly uses: Uses; left: number }[] = [];

  /** Sets of attributes that are in use. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The number of a set of attributes, with one more use of it. */
  take(shared: SharedAttributes): number {
    if (this.#buried.length > 0) this.dig(DUG_PER_TAKE);
    const key = keyOf(shared);
    const number = this.#numbers.get(key) ?? this.#add(key);
    this.#uses[number] = (this.#uses[number] as number) + 1;
    return number;
  }

  /** One more use of a number that is in use. */
  retain(number: number): void {
    this.#uses[number] = (this.#uses[number] as number) + 1;
  }

  release(number: number): void {
    const uses = (this.#uses[number] as number) - 1;
    this.#uses[number] = uses;
    if (uses > 0) return;
    this.#numbers.delete(this.#keys[number] as string);
    this.#keys[number] = '';
    this.#free.push(number);
  }

  /** The number of the set that differs in these attributes, with one more use of it; undefined: `replace` gives none. */
  replaced(number: number, replace: (attributes: Uint8Array) => Uint8Array | undefined): number | undefined {
    const shared = this.get(number);
    const attributes = replace(shared.attributes);
    return attributes && this.take({ ...shared, attributes });
  }

  /** Gives up all uses of a table that is gone, little by little: a million of them would take a moment too long. */
  bury(uses: Uses): void {
    if (uses.size > 0) this.#buried.push({ uses, left: uses.size });
  }

  /** Gives up so many of what is buried; false: nothing is left. */
  dig(count: number): boolean {
    let left = count;
    for (let table = this.#buried[0]; table !== undefined; table = this.#buried[0]) {
      for (; left > 0 && table.left > 0; left--) this.release(table.uses.value(--table.left));
      if (table.left > 0) return true;
      this.#buried.shift();
    }
    return false;
  }

  /** @throws RangeError for a number that is not in use */
  get(number: number): SharedAttributes {
    const key = this.#keys[number] ?? '';
    if (key === '') throw new RangeError(`no attributes have the number ${number}`);
    const [head = '', nextHop, nlri] = key.slice(0, key.indexOf(' ')).split('/');
    const octets = octetsOf(key.slice(head.length + (nextHop?.length ?? 0) + (nlri?.length ?? 0) + 3));
    return fieldsOf(octets, { asn4: head === '4', nextHop: lengthOf(nextHop), nlri: lengthOf(nlri) });
  }

  #add(key: string): number {
    const number = this.#free.pop() ?? this.#keys.length;
    if (number === this.#uses.length) this.#uses = longer(this.#uses, number * 2);
    this.#keys[number] = key;
    this.#uses[number] = 0;
    this.#numbers.set(key, number);
    return number;
  }
}

/** `4/12/- ` and the octets: AS width, lengths of next hop and NLRI (`-`: there is none), all three fields. */
function keyOf({ asn4, nextHop, nlri, attributes }: SharedAttributes): string {
  const head = `${asn4 ? 4 : 2}/${nextHop?.length ?? '-'}/${nlri?.length ?? '-'} `;
  return `${head}${latin1(nextHop)}${latin1(nlri)}${latin1(attributes)}`;
}

function lengthOf(text: string | undefined): number | undefined {
  return text === '-' ? undefined : Number(text);
}

function fieldsOf(
  octets: Uint8Array,
  head: { asn4: boolean; nextHop: number | undefined; nlri: number | undefined },
): SharedAttributes {
  const hopEnd = head.nextHop ?? 0;
  const nlriEnd = hopEnd + (head.nlri ?? 0);
  return {
    asn4: head.asn4,
    nextHop: head.nextHop === undefined ? undefined : octets.subarray(0, hopEnd),
    nlri: head.nlri === undefined ? undefined : octets.subarray(hopEnd, nlriEnd),
    attributes: octets.subarray(nlriEnd),
  };
}

/** One character for each octet: strings are what Map hashes fastest, and these take one octet each. */
function latin1(octets: Uint8Array | undefined): string {
  if (octets === undefined) return '';
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

function octetsOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
