import path from 'node:path';
import { type Done, gather } from './gather.ts';
import type { GradebookOptions } from './options.ts';
import { renderIndex } from './page/page.ts';
import type { Running } from './running.ts';
import { put } from './student-files.ts';

/** Writes the overview of a batch that runs: what is graded so far, and how it goes on. */
export async function writeLiveIndex(
  out: string,
  done: Done & { readonly running: Running },
  options: GradebookOptions,
): Promise<void> {
  const { page } = gather(done, options);
  // What waits needs nobody yet.
  const concerns = page.concerns.filter(({ grade }) => grade !== 'not graded yet');
  await put(path.join(out, 'index.html'), renderIndex({ ...page, concerns, running: done.running }, 'staff'));
}
