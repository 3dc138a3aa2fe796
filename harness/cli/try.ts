import { TrialTable } from '../authoring/try/table.ts';
import { type Candidate, outcomeOf, type TrialRow, tryAll } from '../authoring/try/trial.ts';
import { loadAssignment } from '../grading/load-assignment.ts';
import { chosen } from '../judge/required.ts';
import type { Report } from '../model/index.ts';
import type { Job, Level } from '../worker/protocol.ts';
import { EXIT } from './exit.ts';
import { Interrupt } from './interrupt.ts';
import { isolationFor } from './isolation.ts';
import { terminalStyle } from './terminal-style.ts';
import { readTryOptions } from './try-options.ts';

/** `socket-grader try`: shows which programs a specification passes, and which it fails. */
export async function tryCommand(args: string[]): Promise<number> {
  const options = readTryOptions(args);
  const { candidates, rounds } = options;
  const { env } = process;
  const job = { ...options.job, env, ...(env.PATH ? { searchPath: env.PATH } : {}) };
  const [{ spec }, { level }] = await Promise.all([
    loadAssignment(job.spec, job.params ?? {}, '', env),
    isolationFor({ isolation: options.isolation, quiet: false }),
  ]);
  const scenarios = chosen(spec.scenarios, job.only ?? []).map(({ id }) => id);
  const table = new TrialTable(scenarios, candidates, terminalStyle());
  const interrupt = new Interrupt();
  const began = performance.now();
  process.stdout.write(table.head(spec.title, rounds));
  try {
    const grade = (candidate: Candidate, round: number, slot: number) =>
      gradeOnce(
        { ...job, submission: candidate.submission, seed: `try ${round}` },
        level,
        slot,
        interrupt.signal,
      );
    const jobs = level === 'uid' ? 1 : options.jobs;
    const rows = await tryAll(candidates, { rounds, jobs, signal: interrupt.signal, grade }, (row) => {
      process.stdout.write(table.row(row));
    });
    process.stdout.write(table.foot(rows, (performance.now() - began) / 1000));
    if (interrupt.by !== undefined) return interrupt.by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    return exitOf(rows);
  } finally {
    interrupt.dispose();
  }
}

async function gradeOnce(job: Job, level: Level, slot: number, signal: AbortSignal): Promise<Report> {
  if (level === 'none') {
    const { grade } = await import('../grading/grade.ts');
    return grade({ ...job, signal });
  }
  const { gradeInWorker } = await import('../worker/grade-in-worker.ts');
  return gradeInWorker(job, { level, slot, signal, wants: { brief: true } });
}

function exitOf(rows: readonly TrialRow[]): number {
  const outcomes = rows.map(outcomeOf);
  if (outcomes.every((outcome) => outcome === 'passes' || outcome === 'caught')) return EXIT.passed;
  return outcomes.some((outcome) => !['passes', 'caught', 'unsure'].includes(outcome))
    ? EXIT.failed
    : EXIT.inconclusive;
}
