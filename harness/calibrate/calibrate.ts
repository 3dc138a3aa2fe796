import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import type { GradeOptions } from '../grading/grade.ts';
import type { Report, Verdict } from '../model/index.ts';
import { keepBusy } from '../process/busy.ts';
import { makeScratch } from '../sandbox/scratch.ts';
import { suggest } from '../steps/scope.ts';
import { gradeInWorker } from '../worker/grade-in-worker.ts';
import type { Level } from '../worker/protocol.ts';
import { type Dropped, type Mutant, makeMutants, ownMutants } from './mutants.ts';
import {
  type Calibration,
  type Catch,
  type Flicker,
  firstOf,
  type MutantRow,
  type ReferenceRow,
} from './result.ts';

/** What a person asks for. */
export interface CalibrateOptions
  extends Pick<
    GradeOptions,
    'spec' | 'params' | 'build' | 'run' | 'port' | 'searchPath' | 'signal' | 'env' | 'unsafe' | 'expose'
  > {
  /** How the solution and its mutants are kept apart: as `run` does. */
  readonly level: Level;
  /** The reference solution, a folder or a file. */
  readonly solution: string;
  /** A folder of own wrong solutions. */
  readonly mutants?: string;
  /** Rounds of the reference idle, and as many under load. */
  readonly rounds: number;
  /** Only these mutants; all of them when empty. */
  readonly only?: readonly string[];
  /** Mutants that may survive, each with the reason. */
  readonly allowed?: ReadonlyMap<string, string>;
  /** Mutants graded at a time. @default 2, and 1 where they share a network */
  readonly jobs?: number;
}

/** Hears how far it is, a line at a time. */
export type Watcher = (line: string) => void;

/** Grades the reference again and again, idle and under load, then its mutants. */
export async function calibrate(options: CalibrateOptions, watch: Watcher = () => {}): Promise<Calibration> {
  const { signal } = options;
  const aborted = () => signal?.aborted ?? false;
  const scratch = await makeScratch();
  try {
    const made = await makeMutants(options.solution, scratch);
    const own = options.mutants === undefined ? [] : await ownMutants(options.mutants);
    const chosen = choose([...made.mutants, ...own], options.only ?? [], made.dropped);
    const reference = await gradeReference(options, watch);
    const passing = new Set(reference.rows.filter(({ status }) => status === 'pass').map(({ id }) => id));
    // Mutants of a solution that is not right itself tell nothing.
    const waiting = passing.size > 0 ? chosen : own.filter((mutant) => chosen.includes(mutant));
    const order = [...waiting];
    const none = passing.size > 0 ? made.none : 'the reference solution passes nothing';
    // Who asks for some by name need not hear of the others.
    const dropped: Dropped[] = passing.size > 0 && !options.only?.length ? [...made.dropped] : [];
    const rows = new Map<string, MutantRow>();
    const runNext = async (_: unknown, slot: number) => {
      for (let next = waiting.shift(); next && !aborted(); next = waiting.shift()) {
        watch(`mutant ${order.length - waiting.length} of ${order.length}: ${next.name}`);
        const row = await tryMutant(options, next, { passing, slot });
        if ('why' in row) dropped.push(row);
        else if (!aborted()) rows.set(next.folder, row);
      }
    };
    await Promise.all(Array.from({ length: options.jobs ?? (options.level === 'full' ? 2 : 1) }, runNext));
    return {
      title: reference.title,
      spec: options.spec,
      solution: options.solution,
      rounds: options.rounds,
      reference: reference.rows,
      flickers: reference.flickers,
      mutants: order.flatMap(({ folder }) => rows.get(folder) ?? []),
      dropped,
      ...defined({ none }),
      interrupted: aborted(),
    };
  } finally {
    await scratch.remove();
  }
}

/** Those that are asked for by name; all of them when none is. */
function choose(mutants: readonly Mutant[], only: readonly string[], dropped: readonly Dropped[]): Mutant[] {
  // A change is meant with all its places.
  const names = [...new Set(mutants.flatMap(({ name, kind }) => [name, kind]))];
  for (const name of only) {
    const why = dropped.find((each) => each.name === name)?.why;
    if (why !== undefined && !names.includes(name))
      throw new UserError({
        where: '--only',
        what: `"${name}" can't be made of this solution: ${why}`,
        fix: 'Choose another mutant, or leave out --only.',
      });
    if (!names.includes(name))
      throw new UserError({
        where: '--only',
        what: `no mutant is called "${name}"`,
        fix: suggest(name, names),
      });
  }
  return mutants.filter(({ name, kind }) => only.length === 0 || only.includes(name) || only.includes(kind));
}

/** Grades the reference solution again and again, idle and under load. */
async function gradeReference(options: CalibrateOptions, watch: Watcher): Promise<Reference> {
  const reference = new Reference();
  for (const loaded of [false, true]) {
    const loops = loaded && options.rounds > 0 ? await keepBusy() : undefined;
    try {
      // What the solution passes must be known in any case: without rounds it is graded once.
      const rounds = loaded ? options.rounds : Math.max(1, options.rounds);
      for (let round = 1; round <= rounds && !options.signal?.aborted; round++) {
        watch(`reference solution, round ${round} of ${rounds}${loaded ? ' under load' : ''}`);
        const report = await gradeOne(options, options.solution, `${loaded}${round}`);
        if (!report.interrupted) reference.add(report, round, loaded);
      }
    } finally {
      await loops?.end();
    }
  }
  return reference;
}

function gradeOne(options: CalibrateOptions, submission: string, seed: string, slot = 0): Promise<Report> {
  const { solution, mutants, rounds, only, allowed, jobs, level, signal, ...settings } = options;
  return gradeInWorker({ ...settings, submission, seed }, { level, slot, ...defined({ signal }) });
}

/** The rounds of the reference solution. */
class Reference {
  readonly #rows = new Map<string, ReferenceRow>();
  readonly flickers: Flicker[] = [];

  title = '';

  add(report: Report, round: number, loaded: boolean): void {
    this.title = report.spec.title;
    for (const verdict of report.scenarios) {
      const { id, maxPoints, status, durationMs } = verdict;
      const known = this.#rows.get(id);
      const row = known ?? { id, points: maxPoints, status, idle: [], loaded: [] };
      const times = loaded ? 'loaded' : 'idle';
      this.#rows.set(id, { ...row, [times]: [...row[times], durationMs] });
      if (isRight(verdict, row)) continue;
      // What led to a second try is in the run before the last.
      const findings = verdict.flaky ? (verdict.runs.at(-2)?.findings ?? []) : verdict.findings;
      const step = findings[0]?.step;
      this.flickers.push({
        scenario: id,
        round,
        loaded,
        status,
        again: verdict.flaky,
        summary: firstOf(findings),
        ...defined({ step }),
      });
    }
  }

  get rows(): readonly ReferenceRow[] {
    return [...this.#rows.values()];
  }
}

function isRight({ status, maxPoints, flaky }: Verdict, first: ReferenceRow): boolean {
  if (flaky || status === 'inconclusive') return false;
  return maxPoints > 0 ? status === 'pass' || status === 'skip' : status === first.status;
}

/** How often a mutant is graded whose first verdict does not settle it. */
const TRIES = 3;

/** Grades a mutant; again where nothing caught it, or something could not be decided, since that may be luck. */
async function tryMutant(
  options: CalibrateOptions,
  { name, kind, about, folder, file, change, harmless }: Mutant,
  { passing, slot }: { readonly passing: ReadonlySet<string>; readonly slot: number },
): Promise<MutantRow | Dropped> {
  const reason = options.allowed?.get(name) ?? options.allowed?.get(kind) ?? harmless;
  const reports: Report[] = [];
  const found = (wanted: (verdict: Verdict) => boolean): Catch[][] =>
    reports.map(({ scenarios }) =>
      scenarios
        .filter((verdict) => passing.has(verdict.id) && wanted(verdict))
        .map(({ id, findings }) => ({ scenario: id, summary: firstOf(findings) })),
    );
  const failed = () => found(({ status }) => status === 'fail');
  // What passed at a second try passed: the first one could not be decided.
  const undecided = () => found(({ status }) => status === 'inconclusive');
  do {
    const report = await gradeOne(options, folder, `${name}${reports.length || ''}`, slot);
    const broken = report.scenarios.find(({ findings }) => findings[0]?.cause === 'build_failed');
    if (broken && change.length > 0) return { name, why: 'the changed source does not compile' };
    reports.push(report);
  } while (
    reports.length < TRIES &&
    !options.signal?.aborted &&
    ((failed().at(-1)?.length === 0 && reason === undefined) || undecided().some((each) => each.length > 0))
  );
  const inAll = (catches: readonly Catch[][]) =>
    (catches[0] ?? []).filter(({ scenario }) =>
      catches.every((each) => each.some((other) => other.scenario === scenario)),
    );
  const by = inAll(failed());
  const sometimes = [
    ...new Map([...failed(), ...undecided()].flat().map((each) => [each.scenario, each])).values(),
  ].filter(({ scenario }) => !by.some((each) => each.scenario === scenario));
  const outcome =
    by.length > 0
      ? 'caught'
      : reason !== undefined
        ? 'harmless'
        : sometimes.length > 0
          ? 'unsure'
          : 'survived';
  return {
    name,
    kind,
    about,
    change,
    outcome,
    by,
    undecided: sometimes,
    tries: reports.length,
    ...defined({ reason, file }),
  };
}
