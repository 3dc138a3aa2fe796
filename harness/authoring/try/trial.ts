import { setMaxListeners } from 'node:events';
import { defined } from '../../base/defined.ts';
import { UserError } from '../../base/user-error.ts';
import type { Report, Status } from '../../model/index.ts';

/** A program that is tried: a right solution, or a wrong one that some scenario must fail. */
export interface Candidate {
  /** What the table calls it. */
  readonly name: string;
  /** A folder or a file. */
  readonly submission: string;
  readonly right: boolean;
}

/** How one scenario went, over all rounds. */
export interface Cell {
  readonly scenario: string;
  /** What it got in each round. */
  readonly statuses: readonly Status[];
  /** It is worth points: one that is not may fail. */
  readonly counts: boolean;
  /** What was found in the first round that did not pass. */
  readonly summary?: string;
}

/** The outcome of trying one program. */
export interface TrialRow extends Candidate {
  readonly cells: readonly Cell[];
  /** Why it could not be tried at all: no file of the program, or it does not build. */
  readonly unable?: string;
}

/**
 * `passes` and `caught` are as they should be; `flickers`: the rounds differ; `unsure`: something could not be decided, and
 * nothing else decides.
 */
export type Outcome = 'passes' | 'caught' | 'fails' | 'survives' | 'flickers' | 'unsure' | 'unable';

export interface TrialOptions {
  readonly rounds: number;
  /** Gradings at a time. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Grades a program once; `slot` tells those that are graded at the same time apart. */
  readonly grade: (candidate: Candidate, round: number, slot: number) => Promise<Report>;
}

/** Tries all programs, each several times; a row is reported as soon as it is complete. */
export async function tryAll(
  candidates: readonly Candidate[],
  { rounds, jobs, signal, grade }: TrialOptions,
  onRow: (row: TrialRow) => void,
): Promise<readonly TrialRow[]> {
  setMaxListeners(0, signal);
  const reports = new Map<Candidate, Report[]>(candidates.map((candidate) => [candidate, []]));
  const rows = new Map<Candidate, TrialRow>();
  const queue = candidates.flatMap((candidate) =>
    Array.from({ length: rounds }, (_, index) => ({ candidate, round: index + 1 })),
  );
  const finish = (candidate: Candidate, row: TrialRow) => {
    if (rows.has(candidate)) return;
    rows.set(candidate, row);
    onRow(row);
  };
  const take = (candidate: Candidate, report: Report) => {
    if (report.interrupted) return;
    const known = reports.get(candidate) ?? [];
    known.push(report);
    const unable = notBuilt(report);
    if (unable !== undefined) finish(candidate, { ...candidate, cells: [], unable });
    else if (known.length === rounds) finish(candidate, { ...candidate, cells: cellsOf(known) });
  };
  const work = async (slot: number) => {
    for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
      const { candidate, round } = next;
      if (rows.has(candidate)) continue;
      try {
        take(candidate, await grade(candidate, round, slot));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        finish(candidate, { ...candidate, cells: [], unable: error.what });
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, (_, slot) => work(slot)));
  return candidates.flatMap((candidate) => rows.get(candidate) ?? []);
}

function notBuilt({ scenarios }: Report): string | undefined {
  const found = scenarios.flatMap(({ findings }) => findings).find(({ cause }) => cause === 'build_failed');
  return found?.summary;
}

function cellsOf(reports: readonly Report[]): readonly Cell[] {
  const [first] = reports;
  return (first?.scenarios ?? []).map(({ id, maxPoints }): Cell => {
    const verdicts = reports.flatMap((report) => report.scenarios.filter((each) => each.id === id));
    const wrong = verdicts.find(({ status }) => status !== 'pass' && status !== 'skip');
    const summary = wrong?.findings[0]?.summary;
    return {
      scenario: id,
      statuses: verdicts.map(({ status, flaky }) => (flaky ? 'inconclusive' : status)),
      counts: maxPoints > 0,
      ...defined({ summary }),
    };
  });
}

/** What all rounds of a scenario agree in; nothing when they differ. */
export function agreed({ statuses }: Cell): Status | undefined {
  const [first] = statuses;
  return statuses.every((status) => status === first) ? first : undefined;
}

/** What a row comes to. */
export function outcomeOf(row: TrialRow): Outcome {
  if (row.unable !== undefined) return 'unable';
  const cells = row.cells.filter(({ counts }) => counts);
  const agreements = cells.map(agreed);
  // One that a scenario fails every time is caught, whatever the others say.
  if (!row.right && agreements.includes('fail')) return 'caught';
  if (agreements.includes('fail')) return 'fails';
  if (agreements.includes(undefined)) return 'flickers';
  if (agreements.includes('inconclusive')) return 'unsure';
  return row.right ? 'passes' : 'survives';
}

/** Scenarios that fail none of the wrong programs; nothing is said where there are none. */
export function catchNothing(rows: readonly TrialRow[]): readonly string[] {
  const wrong = rows.filter(({ right, unable }) => !right && unable === undefined);
  const [first] = wrong;
  return (first?.cells ?? [])
    .map(({ scenario }) => scenario)
    .filter(
      (id) =>
        !wrong.some(({ cells }) => cells.some((cell) => cell.scenario === id && agreed(cell) === 'fail')),
    );
}
