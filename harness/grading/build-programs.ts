import { defined } from '../base/defined.ts';
import { INTERRUPTED } from '../judge/interrupted.ts';
import type { Kernel } from '../kernel/index.ts';
import type { BuildResult, Finding } from '../model/index.ts';
import { build } from '../process/build.ts';
import { findCommand } from '../process/command.ts';
import { environment, markerEntry, newMarker } from '../process/environment.ts';
import { BUILD_LIMITS, FILES, LARGEST_BUILT } from '../sandbox/limits.ts';
import type { Lease, Room, Sandbox } from '../sandbox/sandbox.ts';
import type { TreeSize } from '../sandbox/tree/tree-size.ts';
import { buildFinding, endedByRefusal, type executables, notMade } from './build-findings.ts';
import { fileNames, fillCommand } from './command-names.ts';
import type { Way } from './way.ts';

export interface BuildOptions {
  readonly kernel: Kernel;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
  /** The folder of the programs in the copy of the submission. */
  readonly folder: string;
  readonly programSandbox: ReturnType<Sandbox['forProgram']>;
  readonly searchPath: string;
  /** The parameters of the assignment, for the commands. */
  readonly names: Readonly<Record<string, string>>;
}

/** What came of building: the result of each command, and why the program could not be built. */
export interface Built {
  readonly results: readonly BuildResult[];
  readonly failed?: Finding;
}

/** Builds all programs that need it, until one of them fails. */
export async function buildAll(
  ways: readonly Way[],
  before: ReturnType<typeof executables>,
  options: BuildOptions,
): Promise<Built> {
  const built = ways.filter((way) => way.build !== undefined);
  const homes =
    built.length > 0 ? await options.sandbox.lease({ bytes: BUILD_LIMITS.disk, files: FILES }) : undefined;
  await homes?.handOver();
  const results: BuildResult[] = [];
  let failed: Finding | undefined;
  for (const way of built) {
    if (failed) break;
    const { missing, refused, ...result } = await buildOne(way, homes?.path ?? options.folder, options);
    results.push(result);
    if (options.signal.aborted) failed = INTERRUPTED;
    else if (!result.ok)
      failed =
        (refused && endedByRefusal(result, refused)) ??
        buildFinding(result, missing ?? hiddenTool(result.output, options));
  }
  await homes?.release();
  for (const { shell, run } of built) if (!shell) failed ??= notMade(run, { folder: options.folder, before });
  return { results, ...defined({ failed }) };
}

/** How shells and make say that a command is not there. */
const NOT_FOUND = /(?:^|[:\s])([\w.+-]+): (?:No such file or directory|(?:command )?not found)$/gim;

/** Why a tool that a build did not find is there all the same, and only isolation hides it. */
function hiddenTool(
  output: string,
  { programSandbox, folder: cwd, searchPath }: BuildOptions,
): string | undefined {
  for (const [, name = ''] of output.matchAll(NOT_FOUND)) {
    const file = findCommand(name, { cwd, searchPath });
    const why = file === undefined ? undefined : programSandbox?.hides(file, cwd);
    if (why !== undefined) return why;
  }
  return undefined;
}

function buildOne(
  way: Way,
  home: string,
  { kernel, sandbox, signal, folder, programSandbox, searchPath, names }: BuildOptions,
): ReturnType<typeof build> {
  const marker = newMarker();
  return build({
    command: fillCommand(way.build ?? '', { ...names, ...fileNames(way) }),
    shell: way.shell,
    cwd: folder,
    env: environment({ home: sandbox.home ?? home, temporary: home, marker, searchPath }),
    timeout: BUILD_LIMITS.time,
    ...defined({ programSandbox }),
    signal,
    survivors: ({ pid, exit, keeper }) =>
      kernel.processes(
        { pid, marker: markerEntry(marker), exited: exit !== undefined, ...defined({ keeper }) },
        { orphans: true },
      ),
  });
}

/** Takes the folder back after a build: how much room it takes, and whether that is too much. */
export async function takeBack(lease: Lease): Promise<{ readonly size: Room; readonly failed?: Finding }> {
  const size = await lease.takeBack(LARGEST_BUILT);
  return isTooLarge(size) ? { size, failed: TOO_LARGE } : { size };
}

/** Whether that is more than can be copied for each scenario. */
function isTooLarge({ bytes, files, length }: TreeSize): boolean {
  return bytes > LARGEST_BUILT.bytes || files > LARGEST_BUILT.files || length > LARGEST_BUILT.length;
}

const TOO_LARGE: Finding = {
  cause: 'build_failed',
  summary: 'The program could not be built: what the build leaves behind is too large.',
  expected: `at most ${LARGEST_BUILT.bytes >> 20} MiB in ${LARGEST_BUILT.files} files, or ${LARGEST_BUILT.length >> 20} MiB with holes`,
  actual: 'more than that',
  evidence: [],
  hint: 'Remove what is not needed to run the program at the end of the build.',
};
