import { execFileSync } from 'node:child_process';
import { isHost, type Network, parseNetwork, sameNetwork } from './networks.ts';

/** An address of an interface, as `ip -o address show` lists it. */
export interface Assigned {
  readonly network: Network;
  readonly interface: string;
  readonly scope: string;
  /** Without the interface's name: `lo:web1` has `web1`. */
  readonly label: string | undefined;
}

export interface LabelRule {
  readonly label: string | undefined;
  readonly exact: boolean;
}

export interface SetUp {
  readonly sudo: boolean;
  readonly label: string | undefined;
}

/** `lo` on Linux; what `ip` calls it. */
export const LOOPBACK = 'lo';

/** Lines such as `1: lo    inet 10.0.0.1/32 scope global lo:web1\       valid_lft …`; others are left out. */
export function parseAddresses(listing: string): Assigned[] {
  return listing.split('\n').flatMap((line): Assigned[] => {
    const [, device, , text, rest = ''] = /^\d+:\s+(\S+)\s+(inet6?)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (device === undefined || text === undefined) return [];
    const scope = /\bscope (\S+)/.exec(rest)?.[1] ?? '';
    const words = rest.split(/[\s\\]+/);
    const label = words.find((word) => word.startsWith(`${device}:`))?.slice(device.length + 1);
    try {
      return [{ network: parseNetwork(text), interface: device, scope, label }];
    } catch (err) {
      if (err instanceof RangeError) return []; // an address inside a network, such as 127.0.0.1/8
      throw err;
    }
  });
}

/** The service addresses of the loopback: host addresses that are not its own. */
export function serviceAddresses(assigned: readonly Assigned[], rule: LabelRule): Network[] {
  return assigned
    .filter(({ network, scope }) => isHost(network) && scope !== 'host')
    .filter(({ label }) => fits(label, rule))
    .map(({ network }) => network);
}

function fits(found: string | undefined, { label, exact }: LabelRule): boolean {
  if (label === undefined) return true;
  if (found === undefined) return false;
  return exact ? found === label : found.startsWith(label);
}

/** The address on its interface, under any label. */
export function findAssigned(network: Network, assigned: readonly Assigned[]): Assigned | undefined {
  const device = network.interface ?? LOOPBACK;
  return assigned.find((one) => one.interface === device && sameNetwork(one.network, network));
}

/** The command that adds or deletes one address. */
export function ipCommand(verb: 'add' | 'delete', network: Network, { sudo, label }: SetUp): string[] {
  const device = network.interface ?? LOOPBACK;
  // addresses of IPv6 have no labels: the kernel leaves them out
  const labelled = label === undefined || network.version === 6 ? [] : ['label', `${device}:${label}`];
  return [...(sudo ? ['sudo'] : []), 'ip', 'address', verb, network.text, 'dev', device, ...labelled];
}

/** Every address of the host. @throws when there is no `ip` */
export function assignedAddresses(): Assigned[] {
  return parseAddresses(execFileSync('ip', ['-o', 'address', 'show'], { encoding: 'utf8' }));
}

/** @throws Error with what `ip` wrote */
export function changeAddress(verb: 'add' | 'delete', network: Network, setUp: SetUp): void {
  const [program = 'ip', ...args] = ipCommand(verb, network, setUp);
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
}
