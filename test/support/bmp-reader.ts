import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { BMP_FRAMING } from '../../src/bmp/header.ts';
import { decodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage } from '../../src/bmp/messages.ts';
import { Framer } from '../../src/wire/framer.ts';
import { eventually } from './e2e.ts';

/** A station by hand: connects to whoever waits for one, and keeps what it is told. */
export class BmpReader {
  readonly messages: BmpMessage[] = [];
  readonly socket: Socket;
  closed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    onTestFinished(() => void socket.destroy());
    const framer = new Framer(BMP_FRAMING);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        this.closed = true;
      })
      .on('data', (chunk: Buffer) => {
        for (const frame of framer.push(chunk)) this.messages.push(decodeBmp(frame.slice()));
      });
  }

  static async connect(port: number, host = '127.0.0.1'): Promise<BmpReader> {
    const socket = connect({ port, host });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new BmpReader(socket);
  }

  of<T extends BmpMessage['type']>(type: T): Extract<BmpMessage, { type: T }>[] {
    return this.messages.filter((each): each is Extract<BmpMessage, { type: T }> => each.type === type);
  }

  /** Waits for the `count`th message of a type. */
  next<T extends BmpMessage['type']>(type: T, count = 1): Promise<Extract<BmpMessage, { type: T }>> {
    return eventually(() => this.of(type)[count - 1], { why: () => `${type} ×${count} in ${this.short()}` });
  }

  /** `peer-up`, `route-monitoring 0x10 …`: flags and the UPDATE's octets after its header, in hex. */
  short(): string[] {
    return this.messages.map((message) => {
      if (message.type !== 'route-monitoring') return message.type;
      const flags = message.peer.flags.toString(16).padStart(2, '0');
      return `${flags} ${Buffer.from(message.update.subarray(19)).toString('hex')}`;
    });
  }
}
