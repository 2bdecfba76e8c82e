import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/*
 * Node reads a socket into memory that is new for each chunk, unless the socket was made with `onread`: pages that are
 * touched for the first time cost as much as all that is done with what is in them, and nobody collects such garbage soon.
 * A socket that a server accepts cannot be made with `onread`; it is given what one has that was. All read into the same
 * memory, one after the other: who needs a chunk for longer than the event keeps a copy.
 */
const OCTETS = 64 * 1024;
/** Fewer are copied as they are. */
const LEAST_OCTETS = 8 * 1024;
const MOST_SPARE = 16;

const buffer = new Uint8Array(OCTETS);
const spare: Uint8Array[] = [];

const onread: OnReadOpts = {
  buffer,
  callback(this: unknown, length) {
    return this instanceof Socket && this.emit('data', buffer.subarray(0, length));
  },
};

let found: ReadonlyMap<symbol, unknown> | undefined;

/** What a socket has that was made with `onread`; nothing where this Node does it in another way. */
function properties(): ReadonlyMap<symbol, unknown> {
  if (found !== undefined) return found;
  const options: SocketConstructorOpts & { onread: OnReadOpts } = { onread };
  const made = new Socket(options);
  const all = Object.getOwnPropertySymbols(made).map((key) => [key, Reflect.get(made, key)] as const);
  const ours = all.filter(([, value]) => value === onread.buffer || value === onread.callback);
  made.destroy();
  found = new Map(ours.length === 2 ? ours : []);
  return found;
}

/**
 * From now on the octets of the socket's `data` events are valid during the event only, where that can be had (see
 * `isShared`). For a connected socket.
 */
export function shareReading(socket: Socket): void {
  const { _handle: handle } = socket as { _handle?: { useUserBuffer?(octets: Uint8Array): void } | null };
  if (handle?.useUserBuffer === undefined || properties().size === 0) return;
  for (const [key, value] of properties()) Reflect.set(socket, key, value);
  handle.useUserBuffer(buffer);
}

/** Whether the octets are valid during the event only. */
export function isShared(octets: Uint8Array): boolean {
  return octets.buffer === buffer.buffer;
}

/** A copy, to be given back with `release`. */
export function keep(octets: Uint8Array): Uint8Array {
  if (octets.length < LEAST_OCTETS) return octets.slice();
  const whole = spare.pop() ?? new Uint8Array(OCTETS);
  whole.set(octets);
  return whole.subarray(0, octets.length);
}

/** Nobody looks at the copy any more. */
export function release({ buffer: whole }: Uint8Array): void {
  if (whole.byteLength === OCTETS && spare.length < MOST_SPARE) spare.push(new Uint8Array(whole));
}
