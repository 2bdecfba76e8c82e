import type { Socket } from 'node:net';
import { encodeNotification, type NotificationMessage } from '../bgp/notification.ts';
import type { Clock } from './clock.ts';

/** How long a peer that is refused may take to end its side, whatever it sends meanwhile. */
const LINGER_MS = 2_000;

/** Tells why a connection is not taken, and ends it: a peer that keeps its side open costs us nothing for long. */
export function refuse(socket: Socket, notification: NotificationMessage, clock: Clock): void {
  const cancel = clock.after(LINGER_MS, () => socket.destroy());
  socket.once('close', cancel);
  socket.on('error', () => socket.destroy());
  socket.end(encodeNotification(notification));
  socket.resume();
}
