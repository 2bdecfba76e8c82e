import {
  type Assigned,
  assignedAddresses,
  changeAddress,
  findAssigned,
  LOOPBACK,
  serviceAddresses,
} from './loopback.ts';
import { hostsOf, type Network } from './networks.ts';
import type { Options } from './options.ts';

/** Nothing to announce, or an address that cannot be set up: told without a stack. */
export class AddressError extends Error {}

export type Log = (text: string) => void;

/** The addresses to announce, in the order of their metrics. @throws AddressError when there is none */
export function networksToAnnounce(options: Options): Network[] {
  const given = [...options.ip, ...options['ip-ifname']];
  const chosen = given.length > 0 ? given : discovered(options);
  const networks = options['deaggregate-networks'] ? chosen.flatMap(hosts) : chosen;
  if (networks.length === 0) throw new AddressError('no IP address found');
  const start = ((options['start-ip'] % networks.length) + networks.length) % networks.length;
  return [...networks.slice(start), ...networks.slice(0, start)];
}

function discovered(options: Options): Network[] {
  const onLoopback = assigned().filter((one) => one.interface === LOOPBACK);
  return serviceAddresses(onLoopback, { label: options.label, exact: options['label-exact-match'] });
}

function assigned(): Assigned[] {
  try {
    return assignedAddresses();
  } catch (err) {
    throw new AddressError(`cannot list the addresses of this host: ${messageOf(err)}`, { cause: err });
  }
}

function hosts(network: Network): Network[] {
  try {
    return hostsOf(network);
  } catch (err) {
    if (!(err instanceof RangeError)) throw err;
    throw new AddressError(err.message, { cause: err });
  }
}

/** Adds and removes service addresses, and leaves the interfaces as it found them. */
export class Addresses {
  readonly #networks: readonly Network[];
  readonly #options: Options;
  readonly #log: Log;
  /** What was there before us. */
  readonly #found: readonly Assigned[];

  constructor(networks: readonly Network[], options: Options, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#networks = options['no-ip-setup'] ? [] : networks.flatMap(hosts);
    this.#found = this.#networks.length === 0 ? [] : assigned();
  }

  /** Adds what is missing. */
  add(): void {
    this.#add(this.#networks);
  }

  /** Removes all, also what was there before. */
  remove(): void {
    this.#delete(this.#networks);
  }

  /** Removes what was added, and adds what was there before. */
  restore(): void {
    this.#delete(this.#networks.filter((network) => findAssigned(network, this.#found) === undefined));
    this.#add(this.#networks.filter((network) => findAssigned(network, this.#found) !== undefined));
  }

  #add(networks: readonly Network[]): void {
    const now = networks.length === 0 ? [] : assigned();
    for (const network of networks.filter((one) => findAssigned(one, now) === undefined)) {
      const before = findAssigned(network, this.#found);
      this.#change('add', network, before === undefined ? this.#options.label : before.label);
    }
  }

  #delete(networks: readonly Network[]): void {
    const now = networks.length === 0 ? [] : assigned();
    for (const network of networks) {
      const found = findAssigned(network, now);
      if (found !== undefined) this.#change('delete', network, found.label);
    }
  }

  #change(verb: 'add' | 'delete', network: Network, label: string | undefined): void {
    try {
      changeAddress(verb, network, { sudo: this.#options.sudo, label });
    } catch (err) {
      this.#log(`cannot ${verb} ${network.text}: ${messageOf(err)}`);
    }
  }
}

function messageOf(err: unknown): string {
  const { stderr, message } = err as { stderr?: unknown; message?: string };
  return typeof stderr === 'string' && stderr.trim() !== '' ? stderr.trim() : (message ?? String(err));
}
