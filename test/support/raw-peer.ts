import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually } from './e2e.ts';

/** Message types, RFC 4271 section 4.1 and RFC 2918. */
export const TYPE = { open: 1, update: 2, notification: 3, keepalive: 4, refresh: 5 } as const;

export interface RawMessage {
  readonly type: number;
  /** What follows the header, in hex. */
  readonly body: string;
  readonly atMs: number;
}

const MARKER = 'ff'.repeat(16);

export function hex(value: number, octets: number): string {
  return value.toString(16).padStart(octets * 2, '0');
}

/** A message with its header, in hex; blanks in `body` are for the reader. */
export function raw(type: number, body = ''): string {
  const bare = body.replace(/\s/g, '');
  return `${MARKER}${hex(19 + bare.length / 2, 2)}${hex(type, 1)}${bare}`;
}

/** IPv4 unicast, four-octet AS, route refresh: one optional parameter each. */
const capabilitiesOf = (as: number) => `0206 0104 00010001 0206 4104 ${hex(as, 4)} 0202 0200`;

export interface OpenFields {
  readonly as?: number;
  readonly hold?: number;
  readonly id?: string;
  readonly capabilities?: string;
}

export function rawOpen(fields: OpenFields = {}): string {
  const { as = 65002, hold = 90, id = 'c0000202', capabilities = capabilitiesOf(as) } = fields;
  const parameters = capabilities.replace(/\s/g, '');
  return raw(
    TYPE.open,
    `04 ${hex(as, 2)} ${hex(hold, 2)} ${id} ${hex(parameters.length / 2, 1)} ${parameters}`,
  );
}

/** ORIGIN igp, AS_PATH 65002 in four octets, NEXT_HOP 127.0.0.2. */
export const ATTRIBUTES = '40010100 400206 0201 0000fdea 400304 7f000002';

/** An UPDATE of IPv4 unicast. */
export function rawUpdate({
  withdrawn = '',
  attributes = ATTRIBUTES,
  nlri = '',
}: {
  withdrawn?: string;
  attributes?: string;
  nlri?: string;
}): string {
  const [gone, carried] = [withdrawn, attributes].map((text) => text.replace(/\s/g, ''));
  const length = (text = '') => hex(text.length / 2, 2);
  return raw(TYPE.update, `${length(gone)}${gone}${length(carried)}${carried}${nlri}`);
}

/** A BGP speaker by hand: it knows octets, and nothing of the program that it talks to. */
export class RawPeer {
  readonly messages: RawMessage[] = [];
  readonly socket: Socket;
  closed = false;
  #pending: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket;
    onTestFinished(() => void socket.destroy());
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
    });
    socket.on('end', () => {
      this.closed = true;
      socket.end();
    });
  }

  /** Opens a connection from one loopback address to another; again and again until somebody listens. */
  static async connect({
    port,
    host = '127.0.0.1',
    from = '127.0.0.2',
  }: {
    port: number;
    host?: string;
    from?: string;
  }): Promise<RawPeer> {
    const socket = connect({ port, host, localAddress: from });
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawPeer(socket);
  }

  /** A connection and a session on it. */
  static async established(
    to: { port: number; host?: string; from?: string },
    fields: OpenFields = {},
  ): Promise<RawPeer> {
    const peer = await RawPeer.connect(to);
    await peer.establish(fields);
    return peer;
  }

  async establish(fields: OpenFields = {}): Promise<void> {
    this.send(rawOpen(fields));
    await this.next(TYPE.open);
    this.send(raw(TYPE.keepalive));
    await this.next(TYPE.keepalive);
  }

  send(text: string): void {
    this.socket.write(Buffer.from(text.replace(/\s/g, ''), 'hex'));
  }

  of(type: number): string[] {
    return this.messages.filter((message) => message.type === type).map(({ body }) => body);
  }

  /** The `count`th message of a type: its body. */
  next(type: number, count = 1): Promise<string> {
    return eventually(() => this.of(type)[count - 1], {
      why: () => `message ${type} ×${count} in ${JSON.stringify(this.messages)}`,
    });
  }

  /** Waits for an UPDATE with this in it. */
  update(part: string): Promise<string> {
    const wanted = part.replace(/\s/g, '');
    return eventually(() => this.of(TYPE.update).find((body) => body.includes(wanted)), {
      why: () => `update with ${wanted} in ${this.of(TYPE.update).join('\n')}`,
    });
  }

  whenClosed(): Promise<boolean> {
    return eventually(() => this.closed);
  }

  #take(chunk: Buffer): void {
    let rest = Buffer.concat([this.#pending, chunk]);
    while (rest.length >= 19 && rest.length >= rest.readUInt16BE(16)) {
      const length = rest.readUInt16BE(16);
      this.messages.push({
        type: rest[18] ?? 0,
        body: rest.subarray(19, length).toString('hex'),
        atMs: performance.now(),
      });
      rest = rest.subarray(length);
    }
    this.#pending = rest;
  }
}

/** Waits for connections; every one becomes a peer. */
export async function rawListener(port: number, host: string): Promise<{ peers: RawPeer[] }> {
  const peers: RawPeer[] = [];
  const server: Server = createServer((socket) => void peers.push(new RawPeer(socket)));
  await new Promise<void>((resolve) => server.listen({ port, host }, resolve));
  onTestFinished(() => void server.close());
  return { peers };
}
