import { type Manifest, readManifest } from './manifest.ts';
import { writeOutputs } from './outputs.ts';
import { readDone } from './read-done.ts';
import { holdResults } from './results-folder.ts';

/**
 * Does something in the folder of a batch, which no other process may change meanwhile, and writes its gradebooks and pages
 * again as they were made. Throws a UserError where it is no such folder.
 */
export async function changeBatch<T>(out: string, change: (manifest: Manifest) => Promise<T>): Promise<T> {
  const { spec } = await readManifest(out);
  const held = await holdResults(out, { title: spec.title, inputs: [] });
  try {
    const done = await readDone(out);
    const { manifest } = done;
    const changed = await change(manifest);
    await writeOutputs(out, done, manifest.options ?? {});
    return changed;
  } finally {
    await held.release();
  }
}
