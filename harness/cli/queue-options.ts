import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../base/user-error.ts';
import type { Connection } from '../queue/index.ts';

/** Options of all commands that use a queue. */
export const QUEUE_OPTIONS = {
  queue: { type: 'string' },
  store: { type: 'string' },
} as const;

interface QueueValues {
  readonly queue?: string | undefined;
  readonly store?: string | undefined;
}

/** The queue that a command cannot do without. */
export function readQueue(where: string, { queue, store }: QueueValues) {
  if (queue === undefined)
    throw new UserError({
      where,
      what: 'no queue is named',
      fix: 'Give the address of its Redis: --queue redis://HOST.',
    });
  return { queue, ...readStore(store) };
}

/** A folder that all machines share. */
export function readStore(store: string | undefined): { readonly store?: string } {
  if (store === undefined) return {};
  const folder = path.resolve(store);
  if (existsSync(folder) && statSync(folder).isDirectory()) return { store: folder };
  throw new UserError({
    where: '--store',
    what: `there is no folder ${store}`,
    fix: 'Give a folder that is there, and that all machines share.',
  });
}

interface Hears {
  readonly say: (text: string) => void;
  readonly lost?: () => void;
  readonly back?: () => void;
}

/** Connects to a queue, and says on the way what a person should know. */
export async function openQueue(address: string, { say, lost, back }: Hears): Promise<Connection> {
  const { connect, readAddress } = await import('../queue/index.ts');
  const read = readAddress(address, process.env.SOCKET_GRADER_QUEUE_PASSWORD);
  // Others on this machine read command lines: from here on there is no password in this one.
  if (/\/\/[^/]*:[^/]*@/.test(address)) process.title = 'socket-grader';
  let refusal = '';
  const connection = await connect(read, {
    lost() {
      say('The connection to Redis is lost. Waiting for it to come back; nothing is lost.');
      lost?.();
    },
    back() {
      refusal = '';
      say('Redis is back.');
      back?.();
    },
    refused(error) {
      if (refusal === error.what) return;
      refusal = error.what;
      say(`Redis cannot be used at the moment: ${error.what}.`);
    },
  });
  for (const warning of connection.warnings) say(warning);
  return connection;
}
