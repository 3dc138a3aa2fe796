import type { Finding, Status, StepRef } from '../model/index.ts';
import type { Dropped, Mutant } from './mutants.ts';

/** A scenario of the reference solution that did not end as it must, or not as it did before. */
export interface Flicker {
  readonly scenario: string;
  readonly round: number;
  readonly loaded: boolean;
  readonly status: Status;
  /** It passed, but only the second time. */
  readonly again: boolean;
  readonly step?: StepRef;
  readonly summary: string;
}

/** How the reference solution fared in one scenario, over all rounds. */
export interface ReferenceRow {
  readonly id: string;
  readonly points: number;
  /** What it got in the first round. A scenario for no points may fail, if it always does. */
  readonly status: Status;
  /** Milliseconds of each round. */
  readonly idle: readonly number[];
  readonly loaded: readonly number[];
}

export interface Catch {
  readonly scenario: string;
  readonly summary: string;
}

/**
 * `caught`: a scenario failed that the reference passes. `unsure`: none did, but one could not be decided.
 * `harmless`: it survived, and there is a reason why it may.
 */
export type Outcome = 'caught' | 'survived' | 'unsure' | 'harmless';

export interface MutantRow extends Pick<Mutant, 'name' | 'kind' | 'about' | 'file' | 'change'> {
  readonly outcome: Outcome;
  readonly by: readonly Catch[];
  /** Scenarios that the reference passes and that have no verdict, or another one each time, and why. */
  readonly undecided: readonly Catch[];
  /** How often it was graded: more than once where the first time did not settle it. */
  readonly tries: number;
  /** Why it may survive. */
  readonly reason?: string;
}

/** The outcome of calibrating a specification. */
export interface Calibration {
  readonly title: string;
  readonly spec: string;
  readonly solution: string;
  readonly rounds: number;
  readonly reference: readonly ReferenceRow[];
  readonly flickers: readonly Flicker[];
  readonly mutants: readonly MutantRow[];
  readonly dropped: readonly Dropped[];
  /** Why there are no automatic mutants, if there are none. */
  readonly none?: string;
  readonly interrupted: boolean;
}

/** Mutants with one of some outcomes. */
export function withOutcome({ mutants }: Calibration, ...outcomes: readonly Outcome[]): readonly MutantRow[] {
  return mutants.filter(({ outcome }) => outcomes.includes(outcome));
}

/** Mutants of one kind with which the same happened, in the order of the first of them. */
export function alike(rows: readonly MutantRow[]): readonly (readonly [MutantRow, ...MutantRow[]])[] {
  const groups = new Map<string, [MutantRow, ...MutantRow[]]>();
  for (const row of rows) {
    const ids = (list: MutantRow['by']) => list.map(({ scenario }) => scenario);
    const key = JSON.stringify([row.kind, row.outcome, ids(row.by), ids(row.undecided), row.reason]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/** Whether nothing went wrong, as far as has been seen. Without a mutant that proves nothing. */
export function isClean(calibration: Calibration): boolean {
  return (
    !calibration.interrupted &&
    calibration.flickers.length === 0 &&
    withOutcome(calibration, 'survived', 'unsure').length === 0
  );
}

/** Whether the specification can be relied upon, as far as has been seen. */
export function isSound(calibration: Calibration): boolean {
  return isClean(calibration) && calibration.mutants.length > 0;
}

/** What was not tried, by the reason: `a, b (no place found)`. */
export function notTried({ dropped }: Calibration): readonly string[] {
  const reasons = [...new Set(dropped.map(({ why }) => why))];
  return reasons.map((reason) => {
    const names = dropped.filter(({ why }) => why === reason).map(({ name }) => name);
    return `${names.join(', ')} (${reason})`;
  });
}

/** Scenarios of which no mutant was caught: they may check nothing that anybody gets wrong. */
export function catchNothing({ reference, mutants }: Calibration): readonly string[] {
  const catching = new Set(mutants.flatMap(({ by }) => by.map(({ scenario }) => scenario)));
  return reference.map(({ id }) => id).filter((id) => !catching.has(id));
}

/** Where a finding is, in words: `step 4, check, line 103`. */
export function place(step: StepRef | undefined): string {
  return step === undefined ? '' : `step ${step.index + 1}, ${step.name ?? step.verb}, line ${step.line}`;
}

/** The first finding in one sentence. */
export function firstOf(findings: readonly Finding[]): string {
  return findings[0]?.summary ?? '';
}
