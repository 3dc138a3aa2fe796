import { createServer } from 'node:net';

/** Something that listens on this machine, to see who reaches it. */
export interface Beacon {
  readonly port: number;
  close(): void;
}

/** Listens on a port of the loopback interface and ends every connection at once. */
export function lightBeacon(): Promise<Beacon> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      resolve({ port, close: () => server.close() });
    });
  });
}
