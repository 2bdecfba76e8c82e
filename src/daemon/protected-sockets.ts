import type { Socket } from 'node:net';
import type { NeighborConfig } from '../config/model.ts';
import { loadNative, type Native, type NativeResult, SystemCallError } from '../session/native.ts';
import { confineAccepted, connectProtected } from '../session/protected-sockets.ts';
import {
  aoOption,
  md5Option,
  minimumTtlOption,
  protectionWords,
  ttlOption,
} from '../session/socket-options.ts';
import { isLinkLocal, parseAddress } from '../wire/address.ts';

interface Target {
  readonly host: string;
  readonly port: number;
  readonly localAddress: string | undefined;
}

/** The sockets of neighbors that ask for more than Node's own can do. */
export class ProtectedSockets {
  #result: NativeResult | undefined;

  /** Must have ended before anything else here is asked for these neighbors. */
  async prepare(neighbors: readonly NeighborConfig[]): Promise<void> {
    if (neighbors.some(isProtected)) this.#result = await loadNative();
  }

  /** Undefined: not needed by any neighbor so far, or not to be had. */
  get native(): Native | undefined {
    return this.#result !== undefined && 'native' in this.#result ? this.#result.native : undefined;
  }

  /** Why a neighbor cannot be protected as it says, and so must not run; undefined: it can. */
  refusal(config: NeighborConfig): string | undefined {
    if (!isProtected(config)) return undefined;
    const words = protectionWords(config.protection).join(', ');
    if (this.#result === undefined || 'unavailable' in this.#result) {
      return `${words}: ${this.#result?.unavailable ?? 'not prepared'}`;
    }
    return tried(this.#result.native, config);
  }

  /** How connections to the neighbor are opened, where Node's way will not do. */
  opener(config: NeighborConfig, to: Target): (() => Socket) | undefined {
    const { native } = this;
    const peer = parseAddress(to.host);
    const { protection } = config;
    if (native === undefined || peer === undefined || !isProtected(config)) return undefined;
    const scope =
      protection.sourceInterface !== undefined && isLinkLocal(peer) ? `%${protection.sourceInterface}` : '';
    return () => connectProtected(native, { ...to, peer, host: `${to.host}${scope}`, protection });
  }

  /** Gives a connection that the peer opened the TTLs of its neighbor. @throws SystemCallError */
  confine(socket: Socket, config: NeighborConfig): void {
    if (this.native !== undefined) confineAccepted(this.native, socket, config.protection);
  }
}

function isProtected({ protection }: NeighborConfig): boolean {
  return protectionWords(protection).length > 0;
}

/** Whether the system takes the options at all, tried on a socket that is used for nothing else. */
function tried(native: Native, { peer, protection }: NeighborConfig): string | undefined {
  const family = peer.address.length === 4 ? 4 : 6;
  const { md5, tcpAo, ttl, minimumTtl } = protection;
  const options = [
    ...(md5 === undefined ? [] : [md5Option(peer, md5)]),
    ...(tcpAo === undefined ? [] : [aoOption(peer, tcpAo, false)]),
    ...(ttl === undefined ? [] : [ttlOption(family, ttl)]),
    ...(minimumTtl === undefined ? [] : [minimumTtlOption(family, minimumTtl)]),
  ];
  const descriptor = native.socket(family);
  try {
    for (const option of options) native.setOption(descriptor, option);
    return undefined;
  } catch (err) {
    if (!(err instanceof SystemCallError)) throw err;
    const unknown = err.code === 'ENOPROTOOPT' && tcpAo !== undefined;
    return unknown ? 'tcp-ao: this kernel has no TCP-AO (Linux 6.7 or later built with it has)' : err.message;
  } finally {
    native.close(descriptor);
  }
}
