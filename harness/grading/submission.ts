import path from 'node:path';
import { defined } from '../base/defined.ts';
import type { Kernel } from '../kernel/index.ts';
import type { BuildResult, Finding, Limits, Planned, PortRule, Report } from '../model/index.ts';
import type { Runnable } from '../run/surroundings.ts';
import { BUILD_LIMITS, FILES, LIMITS } from '../sandbox/limits.ts';
import type { FoundFile } from '../sandbox/read-file.ts';
import type { Room, Sandbox } from '../sandbox/sandbox.ts';
import { hashTree } from '../sandbox/tree/hash-tree.ts';
import { inSlices } from '../sandbox/tree/steps.ts';
import { askedPackages } from './asked-packages.ts';
import { executables } from './build-findings.ts';
import { buildHelpers } from './build-helpers.ts';
import { buildAll, takeBack } from './build-programs.ts';
import { commandNames, fileNames, fillCommand } from './command-names.ts';
import { copySubmission } from './copy-submission.ts';
import { programFolder } from './program-folder.ts';
import { type Place, type Programs, runnablesIn } from './runnables.ts';
import { sourcesOf } from './sources.ts';
import { chooseWay, matches, otherPrograms, type Way, type WayOverrides, withClass } from './way.ts';

/** A submission that has been copied and built, or the reason why it could not be built. */
export interface Prepared {
  readonly submission: Report['submission'];
  readonly builds: readonly BuildResult[];
  readonly failed?: Finding;
  /** Where its programs are expected to listen; `any` wins over `auto`, a number over both. */
  readonly portRule: PortRule;
  /** The programs in a fresh copy, with the given port; `seed` makes random files repeatable. */
  runnables(place: Place, seed: string, limits?: Partial<Limits>): Promise<ReadonlyMap<string, Runnable>>;
  /** What the folder of the assignment's helpers must have room for; absent without helpers. */
  readonly helperRoom?: Room;
  /** Its source files before anything was built, where a scenario looks at them. */
  readonly sources?: ReadonlyMap<string, FoundFile>;
  /** What a run's folder must have room for: what is in it from the start, and what programs may add. */
  room(limits?: Partial<Limits>): Room;
}

/** Files that are compiled, and how many of them hints name at most. */
const SOURCE = /\.(c|cc|cpp|cxx|java|go|rs|cs|kt|swift|hs|d|zig)$/;
const MOST_SOURCES = 3;

interface Overrides extends WayOverrides {
  readonly submission: string;
  readonly searchPath?: string;
}

interface World {
  readonly kernel: Kernel;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
  /** Runs at a time. */
  readonly jobs: number;
}

/** Where programs are looked for when the caller does not say. */
const SEARCH_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Copies a submission to the scratch folder, finds out how to start it, and builds it there. */
export async function prepareSubmission(
  assignment: Planned,
  overrides: Overrides,
  { kernel, sandbox, signal, jobs }: World,
): Promise<Prepared> {
  const { submission: where, searchPath = SEARCH_PATH } = overrides;
  const programSpecs = Object.entries(assignment.spec.programs);
  const copied = await copySubmission(where, sandbox, { bytes: BUILD_LIMITS.disk, files: FILES });
  const { given, lease, refused } = copied;
  const source = lease.path;
  const { folder, files } = programFolder(source, (names) =>
    programSpecs.some(
      ([, { variants, helper }]) =>
        !helper &&
        variants.some((variant) => variant.file !== undefined && matches(variant, names).length > 0),
    ),
  );
  const around = path.join(source, folder);
  const before = executables(around);
  const choose = ([name, program]: (typeof programSpecs)[number]): [string, Way] => {
    const way = chooseWay(name, program, { files, refused }, overrides, where);
    return [name, withClass(around, way)];
  };
  const ways = new Map(programSpecs.map(choose));
  const all = [...ways.values()];
  const among = { jobs, alone: ways.size === 1 };
  const names = commandNames(assignment.params);
  const sources = files.filter((file) => SOURCE.test(file)).slice(0, MOST_SOURCES);
  const packages = askedPackages(around, files);
  const sha256 = await inSlices(hashTree(given));
  const code = await sourcesOf(assignment, around, all);
  await lease.handOver();
  sandbox.enter();
  const programSandbox = sandbox.forProgram(BUILD_LIMITS, among);
  const options = { kernel, sandbox, signal, folder: around, programSandbox, searchPath, names };
  const submitted = all.filter(({ program }) => !program.helper);
  const helpers = await buildHelpers(all, sandbox, options);
  const builds = await buildAll(submitted, before, options);
  const unused = all.flatMap(({ program, file }) => otherPrograms(program, file, files));
  const left = builds.results.length > 0 ? await takeBack(lease) : { size: copied.size };
  const programs: Programs = {
    ...{ ways, sandbox, among, source, folder, sources, searchPath, names },
    ...defined({ packages, helperSource: helpers?.folder }),
  };
  return {
    submission: {
      id: path.basename(given).replace(/[^\w.-]+/g, '_') || 'submission',
      path: where,
      sha256,
      run: shownCommands(ways, names),
      ...defined({ unused: unused.length === 0 ? undefined : unused }),
    },
    builds: builds.results,
    ...defined({ failed: builds.failed ?? left.failed ?? helpers?.failed, sources: code }),
    portRule: portRuleOf(all),
    room: (limits) => {
      const disks = all.map(({ program }) => program.limits?.disk ?? LIMITS.disk);
      return withDisk(left.size, limits?.disk ?? Math.max(...disks));
    },
    ...(all.some(({ program }) => program.helper)
      ? { helperRoom: withDisk(helpers?.size ?? { bytes: 0, files: 0 }, LIMITS.disk) }
      : {}),
    runnables: (place, seed, limits) => runnablesIn(programs, place, seed, limits),
  };
}

function withDisk({ bytes, files }: Room, disk: number): Room {
  return { bytes: bytes + disk, files: files + FILES };
}

/** The commands as reports show them, with words in place of what only a run knows. */
function shownCommands(
  ways: ReadonlyMap<string, Way>,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const shown = (way: Way) =>
    fillCommand(way.run, { ...names, port: 'PORT', host: 'HOST', ...fileNames(way) });
  return Object.fromEntries([...ways].map(([name, way]) => [name, shown(way)]));
}

/** Where the programs of the submission may listen: a number before any port, any port before the given one. */
function portRuleOf(ways: readonly Way[]): PortRule {
  const rules = ways.filter(({ program }) => !program.helper).map(({ port }) => port);
  return rules.find((rule) => typeof rule === 'number') ?? (rules.includes('any') ? 'any' : 'auto');
}
