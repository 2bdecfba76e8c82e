import { createConnection, type Socket } from 'node:net';
import type { SessionSettings } from './settings.ts';

/** What came of an attempt to connect: one of the two, once, unless it was given up. */
interface DialHandlers {
  connected(socket: Socket): void;
  failed(reason: string): void;
}

/** Opens a TCP connection to the peer. Gives what gives the attempt up; once it is over, that does nothing. */
export function dial(settings: SessionSettings, { connected, failed }: DialHandlers): () => void {
  const socket = openSocket(settings);
  let waiting = true;
  socket.once('connect', () => {
    if (!waiting) {
      socket.destroy();
      return;
    }
    waiting = false;
    connected(socket);
  });
  let reason = 'closed by the peer';
  socket.on('error', (err) => {
    // Node names the port of this attempt, which would make each another reason
    reason = err.message.replace(/ - Local \(.*\)$/, '');
  });
  socket.once('close', () => {
    if (!waiting) return;
    waiting = false;
    failed(reason);
  });
  return () => {
    if (!waiting) return;
    waiting = false;
    socket.destroy();
  };
}

function openSocket({ openSocket, peerAddress, port, localAddress }: SessionSettings): Socket {
  if (openSocket !== undefined) return openSocket();
  return createConnection({ host: peerAddress, port, ...(localAddress !== undefined && { localAddress }) });
}
