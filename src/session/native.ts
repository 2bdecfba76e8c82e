import { platform } from 'node:os';
import { getSystemErrorName } from 'node:util';

/** A call of the system that failed; `code` as in Node's own errors: `EADDRINUSE`. */
export class SystemCallError extends Error {
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = errorName(errno);
    super(`${call}: ${code}`);
    this.name = 'SystemCallError';
    this.code = code;
  }
}

/** An option of a socket, as setsockopt(2) takes it. */
export interface SocketOption {
  readonly level: number;
  readonly name: number;
  readonly value: Uint8Array;
  /** What to call it where it is refused: `TCP MD5 key`. */
  readonly what: string;
}

/** System calls that Node has no words for. Linux; descriptors are non-blocking and closed on exec. */
export interface Native {
  /** @throws SystemCallError, here and below */
  socket(family: 4 | 6): number;
  setOption(descriptor: number, option: SocketOption): void;
  /** `address` is a sockaddr. */
  bind(descriptor: number, address: Uint8Array): void;
  close(descriptor: number): void;
  /** For one that was not made here. */
  closeOnExec(descriptor: number): void;
}

export type NativeResult = { readonly native: Native } | { readonly unavailable: string };

let loading: Promise<NativeResult> | undefined;

/** The calls, or why there are none: koffi is an optional dependency. Looked for once. */
export function loadNative(): Promise<NativeResult> {
  loading ??= load();
  return loading;
}

export const ADDRESS_FAMILY = { 4: 2, 6: 10 } as const;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const F_SETFD = 2;
const FD_CLOEXEC = 1;

type Call = (...values: unknown[]) => number;

async function load(): Promise<NativeResult> {
  if (platform() !== 'linux') return { unavailable: `it needs Linux, and this is ${platform()}` };
  try {
    const { default: koffi } = await import('koffi');
    const libc = koffi.load(null);
    const call = (prototype: string): Call => {
      const name = /(\w+)\(/.exec(prototype)?.[1] ?? prototype;
      const run: Call = libc.func(prototype);
      return (...values) => {
        const result = run(...values);
        if (result < 0) throw new SystemCallError(name, koffi.errno());
        return result;
      };
    };
    return { native: nativeOf(call) };
  } catch (err) {
    return { unavailable: `the optional package koffi cannot be loaded (${(err as Error).message})` };
  }
}

function nativeOf(call: (prototype: string) => Call): Native {
  const socket = call('int socket(int, int, int)');
  const setsockopt = call('int setsockopt(int, int, int, const void *, unsigned int)');
  const bind = call('int bind(int, const void *, unsigned int)');
  const close = call('int close(int)');
  const fcntl = call('int fcntl(int, int, int)');
  return {
    socket: (family) => socket(ADDRESS_FAMILY[family], SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
    setOption(descriptor, { level, name, value, what }) {
      try {
        setsockopt(descriptor, level, name, value, value.length);
      } catch (err) {
        if (err instanceof SystemCallError) err.message = `${what} refused by the system: ${err.code}`;
        throw err;
      }
    },
    bind: (descriptor, address) => void bind(descriptor, address, address.length),
    close: (descriptor) => void close(descriptor),
    closeOnExec: (descriptor) => void fcntl(descriptor, F_SETFD, FD_CLOEXEC),
  };
}

function errorName(errno: number): string {
  try {
    return getSystemErrorName(-errno);
  } catch {
    return `error ${errno}`;
  }
}
