import type { Socket } from 'node:net';
import { encodeNotification, type NotificationMessage } from '../bgp/notification.ts';
import type { Clock } from './clock.ts';

/** How long a peer that is refused may take to end its side, whatever it sends meanwhile. */
const LINGER_MS = 2_000;
/** More than so many at a time are not waited for: a flood of strangers takes no descriptors from others. */
const MOST_LINGERING = 64;

let lingering = 0;

/** Tells why a connection is not taken, and ends it: a peer that keeps its side open costs us nothing for long. */
export function refuse(socket: Socket, notification: NotificationMessage, clock: Clock): void {
  socket.on('error', () => socket.destroy());
  const octets = encodeNotification(notification);
  if (lingering >= MOST_LINGERING) {
    socket.end(octets, () => socket.destroy());
    return;
  }
  lingering++;
  const cancel = clock.after(LINGER_MS, () => socket.destroy());
  socket.once('close', () => {
    lingering--;
    cancel();
  });
  socket.end(octets);
  socket.resume();
}
