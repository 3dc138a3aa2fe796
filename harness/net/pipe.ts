import { Socket } from 'node:net';

/** A descriptor that was inherited, as a stream in both directions; a read never holds up the event loop. */
export function openPipe(descriptor: number): Socket {
  return new Socket({ fd: descriptor, readable: true, writable: true, allowHalfOpen: true });
}
