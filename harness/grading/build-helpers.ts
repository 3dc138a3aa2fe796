import { defined } from '../base/defined.ts';
import type { Finding } from '../model/index.ts';
import { BUILD_LIMITS, FILES } from '../sandbox/limits.ts';
import type { Room, Sandbox } from '../sandbox/sandbox.ts';
import { executables } from './build-findings.ts';
import { type BuildOptions, buildAll, takeBack } from './build-programs.ts';
import { filesOf } from './runnables.ts';
import type { Way } from './way.ts';

/** The helpers of the course, built in a folder of their own. */
export interface BuiltHelpers {
  readonly folder: string;
  /** The room that it takes. */
  readonly size: Room;
  /** The author's mistake, or this machine's. */
  readonly failed?: Finding;
}

/** Builds the helpers of the assignment that need it; nothing where none does. */
export async function buildHelpers(
  all: readonly Way[],
  sandbox: Sandbox,
  options: Omit<BuildOptions, 'folder' | 'sandbox'>,
): Promise<BuiltHelpers | undefined> {
  const helpers = all.filter(({ program }) => program.helper);
  if (helpers.every(({ build }) => build === undefined)) return undefined;
  const lease = await sandbox.lease({ bytes: BUILD_LIMITS.disk, files: FILES });
  for (const { name, bytes } of await filesOf(helpers, 'build')) lease.place(name, bytes);
  await lease.handOver();
  const { failed: why } = await buildAll(helpers, executables(lease.path), {
    ...options,
    sandbox,
    folder: lease.path,
  });
  const left = await takeBack(lease);
  const found = why ?? left.failed;
  const failed: Finding | undefined = found && {
    ...found,
    because: found.because ?? 'precondition',
    summary: `A helper of the assignment is missing: ${found.summary}`,
    hint: 'Repair the build of the helper in the specification; submissions are not judged by it.',
  };
  return { folder: lease.path, size: left.size, ...defined({ failed }) };
}
