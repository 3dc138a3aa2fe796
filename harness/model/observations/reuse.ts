import { defineObservation } from './definition.ts';

/** What is set on a socket that listens: SO_REUSEADDR and SO_REUSEPORT. */
export interface Reuse {
  readonly what: 'reuse';
  readonly port: number;
  readonly address: boolean;
  readonly sharedPort: boolean;
}

export const reuse = defineObservation<Reuse>({
  what: 'reuse',
  describe: ({ port, address, sharedPort }) =>
    `port ${port}: ${address ? '' : 'no '}SO_REUSEADDR, ${sharedPort ? '' : 'no '}SO_REUSEPORT`,
});
