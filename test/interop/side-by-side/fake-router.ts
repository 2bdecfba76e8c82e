import { connect, createServer, type Server, type Socket } from 'node:net';
import { until } from '../../support/wait.ts';

/** Message types, RFC 4271 section 4.1 and RFC 2918. */
const OPEN = 1;
const UPDATE = 2;
const KEEPALIVE = 4;
const HEADER_OCTETS = 19;
/** What tells the end of a step: an End-of-RIB of a family that no scenario negotiates, IPv4 multicast. */
const FENCE = '00000007900f0003000102';

function hex(value: number, octets: number): string {
  return value.toString(16).padStart(octets * 2, '0');
}

/** A message with its header, in hex; blanks in `body` are for the reader. */
export function message(type: number, body = ''): string {
  const bare = body.replace(/\s/g, '');
  return `${'ff'.repeat(16)}${hex(HEADER_OCTETS + bare.length / 2, 2)}${hex(type, 1)}${bare}`;
}

export interface OpenFields {
  readonly as: number;
  readonly holdSeconds?: number;
  readonly routerId?: string;
  /** Capabilities in hex: one optional parameter. */
  readonly capabilities: string;
}

export function openMessage({
  as,
  holdSeconds = 180,
  routerId = '0a000002',
  capabilities,
}: OpenFields): string {
  const bare = capabilities.replace(/\s/g, '');
  const parameters = bare === '' ? '' : `02${hex(bare.length / 2, 1)}${bare}`;
  const length = hex(parameters.length / 2, 1);
  return message(
    OPEN,
    `04 ${hex(as > 0xffff ? 23456 : as, 2)} ${hex(holdSeconds, 2)} ${routerId} ${length} ${parameters}`,
  );
}

/** An UPDATE from its three parts in hex. */
export function updateMessage({ withdrawn = '', attributes = '', nlri = '' }): string {
  const [gone, carried] = [withdrawn, attributes].map((text) => text.replace(/\s/g, ''));
  const length = (text = '') => hex(text.length / 2, 2);
  return message(UPDATE, `${length(gone)}${gone}${length(carried)}${carried}${nlri}`);
}

/** One TCP connection of the program under test, and all that it sent on it. */
export class Connection {
  /** Whole messages in hex. */
  readonly messages: string[] = [];
  ended = false;
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.ended = true;
    });
  }

  send(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(Buffer.from(text.replace(/\s/g, ''), 'hex'));
  }

  close(): void {
    this.#socket.destroy();
  }

  bodies(type: number): string[] {
    return this.messages.filter((each) => typeOf(each) === type).map((each) => each.slice(HEADER_OCTETS * 2));
  }

  /** Waits for the `count`th message of a type. */
  async next(type: number, count = 1): Promise<string> {
    const seen = () => (this.bodies(type).length >= count ? this.bodies(type)[count - 1] : undefined);
    try {
      return await until(`message ${type} ×${count}`, () => {
        if (seen() === undefined && this.ended) throw new Error('the connection ended');
        return seen() ?? false;
      });
    } catch (err) {
      throw new Error(`${String(err)}; got ${this.messages.join(' ')}`);
    }
  }

  /** Waits for an UPDATE in which this stands, in hex. */
  update(part: string): Promise<string> {
    return until(`an UPDATE with ${part}`, () => this.bodies(UPDATE).find((body) => body.includes(part)));
  }

  /** Both OPENs and both KEEPALIVEs. */
  async establish(open: OpenFields): Promise<void> {
    await this.next(OPEN);
    this.send(openMessage(open));
    await this.next(KEEPALIVE);
    this.send(message(KEEPALIVE));
  }

  /** How many fences came so far. */
  get fences(): number {
    return this.bodies(UPDATE).filter((body) => body === FENCE).length;
  }

  #take(chunk: Buffer): void {
    let rest = Buffer.concat([this.#pending, chunk]);
    while (rest.length >= HEADER_OCTETS && rest.length >= rest.readUInt16BE(16)) {
      const length = rest.readUInt16BE(16);
      this.messages.push(rest.subarray(0, length).toString('hex'));
      rest = rest.subarray(length);
    }
    this.#pending = rest;
  }
}

export function typeOf(text: string): number {
  return Number.parseInt(text.slice(36, 38), 16);
}

export function isFence(text: string): boolean {
  return typeOf(text) === UPDATE && text.slice(HEADER_OCTETS * 2) === FENCE;
}

/** The command that makes a fence. */
export const FENCE_COMMAND = 'announce eor ipv4 multicast';

/** A BGP router by hand: it takes connections and says what the scenario tells it to. */
export class FakeRouter {
  readonly connections: Connection[] = [];
  readonly #server: Server | undefined;

  private constructor(server?: Server) {
    this.#server = server;
  }

  /** One that does not listen, and opens connections. */
  static dialing(): FakeRouter {
    return new FakeRouter();
  }

  static async listen(host: string, port: number): Promise<FakeRouter> {
    const server = createServer();
    const router = new FakeRouter(server);
    server.on('connection', (socket) => void router.connections.push(new Connection(socket)));
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(port, host, done);
    });
    return router;
  }

  /** Opens a connection, again and again until somebody listens. */
  async dial(from: string, port: number): Promise<Connection> {
    const socket = await until('a listener', () => {
      return new Promise<Socket | false>((resolve) => {
        const attempt = connect({ port, host: '127.0.0.1', localAddress: from });
        attempt.once('connect', () => resolve(attempt));
        attempt.once('error', () => resolve(false));
      });
    });
    const connection = new Connection(socket);
    this.connections.push(connection);
    return connection;
  }

  /** The `count`th connection, once it is there. */
  connection(count = 1): Promise<Connection> {
    return until(`connection ${count}`, () => this.connections[count - 1]);
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) connection.close();
    await new Promise((done) => (this.#server === undefined ? done(undefined) : this.#server.close(done)));
  }
}
