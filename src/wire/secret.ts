import { inspect } from 'node:util';

const HIDDEN = '***';

/** Octets that are shown nowhere: whatever prints, logs or stringifies a value that holds them shows `***`. */
export class Secret {
  readonly #octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.#octets = Uint8Array.from(octets);
  }

  /** For the one place that hands them to the system. */
  reveal(): Uint8Array {
    return this.#octets;
  }

  get length(): number {
    return this.#octets.length;
  }

  equals(other: Secret): boolean {
    return Buffer.compare(this.#octets, other.#octets) === 0;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** Whether both are the same, or both absent. */
export function sameSecret(a: Secret | undefined, b: Secret | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}
