import type { Logger } from 'pino';
import type { BmpLimits, BmpRouterConfig } from '../config/bmp-model.ts';
import { Seldom } from '../hooks/seldom.ts';
import { parseAddress } from '../wire/address.ts';
import { prefixContains } from '../wire/prefix.ts';

/** Decides who may connect, and counts who may not. */
export class Doorkeeper {
  readonly #routers: readonly BmpRouterConfig[];
  readonly #limits: BmpLimits;
  readonly #log: Logger;
  readonly #seldom: Seldom;
  readonly #connected = new Map<string, number>();
  #all = 0;
  refused = 0;

  constructor(options: {
    readonly routers: readonly BmpRouterConfig[];
    readonly limits: BmpLimits;
    readonly log: Logger;
    now(): number;
  }) {
    this.#routers = options.routers;
    this.#limits = options.limits;
    this.#log = options.log;
    this.#seldom = new Seldom(() => options.now());
  }

  /** What the configuration says of an address: the longest prefix counts. */
  routerOf(address: string): BmpRouterConfig | undefined {
    const octets = parseAddress(address);
    if (octets === undefined) return undefined;
    return this.#routers
      .filter(({ prefix }) => prefixContains(prefix, octets))
      .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
  }

  /** Takes one in, or refuses it; who was taken in leaves by `leave`. */
  enter(address: string): boolean {
    const here = this.#connected.get(address) ?? 0;
    const reason = this.#reasonAgainst(address, here);
    if (reason !== undefined) {
      this.refused++;
      this.#seldom.tell((counted) =>
        this.#log.warn({ address, reason, ...counted }, 'BMP connection refused'),
      );
      return false;
    }
    this.#connected.set(address, here + 1);
    this.#all++;
    return true;
  }

  leave(address: string): void {
    const here = (this.#connected.get(address) ?? 1) - 1;
    this.#all--;
    if (here > 0) this.#connected.set(address, here);
    else this.#connected.delete(address);
  }

  #reasonAgainst(address: string, here: number): string | undefined {
    const { routers, perAddress } = this.#limits;
    if (this.#routers.length > 0 && this.routerOf(address) === undefined)
      return 'no router of the configuration';
    if (this.#all >= routers) return `${routers} connections are open`;
    return here >= perAddress ? `${perAddress} connections of the address are open` : undefined;
  }
}
