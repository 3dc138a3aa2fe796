import { randomUUID } from 'node:crypto';

/**
 * Runs something that prints what students wrote, names of files for instance. GitHub Actions obeys no workflow command
 * in it: it is asked to stop, and to go on afterwards.
 */
export async function withoutCommands<T>(work: () => Promise<T>): Promise<T> {
  if (process.env.GITHUB_ACTIONS !== 'true') return work();
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n`);
  try {
    return await work();
  } finally {
    process.stdout.write(`::${token}::\n`);
  }
}
