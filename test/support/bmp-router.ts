import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { header, initiation, monitoring, peerUp, update } from '../bmp/samples.ts';

/** How a router begins: Initiation, and one peer. */
export const START = Buffer.concat([
  encodeBmp(initiation('edge1')),
  encodeBmp({ type: 'peer-up', peer: header(), up: peerUp() }),
]);

export const route = (...prefixes: string[]) => encodeBmp(monitoring(update(prefixes)));

/** A router's connection to a station, from an address of 127.0.0.0/8. */
export async function dial(
  port: number,
  { host = '127.0.0.1', from }: { host?: string; from?: string } = {},
): Promise<Socket> {
  const socket = connect({ port, host, ...(from && { localAddress: from }) });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined).resume();
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}
