import { realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { interrupted } from '../judge/interrupted.ts';
import type { Recorded } from '../judge/judge-again.ts';
import { notBuilt } from '../judge/not-built.ts';
import { chosen } from '../judge/required.ts';
import { notRun } from '../judge/sum.ts';
import { type Kernel, openKernel } from '../kernel/index.ts';
import type { BuildResult, Finding, Planned, Report, ScenarioSpec, Verdict } from '../model/index.ts';
import { startGuardian } from '../process/guardian.ts';
import { makePipes } from '../process/pipes.ts';
import { appeared, belongings } from '../sandbox/left-behind.ts';
import { noSandbox } from '../sandbox/no-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { makeScratch, type Scratch } from '../sandbox/scratch.ts';
import { type Environment, loadAssignment } from './load-assignment.ts';
import { type Recording, recordingOf } from './recording-of.ts';
import { ReportSoFar } from './report-so-far.ts';
import { Schedule } from './schedule.ts';
import { anySeed } from './seed.ts';
import { prepareSubmission } from './submission.ts';

/** What a person asks for. */
export interface GradeOptions {
  /** A folder or a single file. */
  readonly submission: string;
  /** The specification. */
  readonly spec: string;
  /** Only scenarios with these ids or tags; all of them when empty. */
  readonly only?: readonly string[];
  /** Settings of the assignment, as text. */
  readonly params?: Readonly<Record<string, string>>;
  /** The grader's environment, of which a specification may look up what it lists. @default empty */
  readonly env?: Environment;
  /** Overrides of how the program is built and started, and of its port. */
  readonly build?: string;
  readonly run?: string;
  readonly port?: 'auto' | 'any' | number;
  /** Scenarios at a time. @default twice the number of cores, at least 6 */
  readonly jobs?: number;
  /** Makes random bytes repeatable. @default random */
  readonly seed?: string;
  /** Stretches every deadline. @default 1 */
  readonly timeoutScale?: number;
  /** Where compilers and interpreters are looked for. @default /usr/local/bin:/usr/bin:/bin */
  readonly searchPath?: string;
  readonly evidence?: Kernel['kind'];
  /** Opened already; it is closed in the end. @default what `evidence` says is opened */
  readonly kernel?: Promise<Kernel>;
  /** A second witness of what the kernel says. */
  readonly witness?: 'strace';
  /** Runs scenarios that are not for every eye even where a program could read them. @default false */
  readonly unsafe?: boolean;
  readonly signal?: AbortSignal;
  /** More folders that isolated programs see, read-only. */
  readonly expose?: readonly string[];
  /** How programs are isolated, and where temporary files go. @default none, in the system's folder for them */
  readonly sandboxing?: IsolationOptions;
  /** What the specification comes to with these params, env and seed. @default it is read */
  readonly assignment?: Planned;
}

/** What keeps a submission apart from the rest. */
export interface IsolationOptions {
  readonly sandbox: (scratch: Scratch) => Sandbox;
  readonly scratch?: string;
  /** What programs leave behind is ended by who started the grader. @default false */
  readonly guarded?: boolean;
}

/** What happens while grading, for those who watch. */
export type Progress =
  /** The scenarios that will run, in their order. */
  | { readonly type: 'planned'; readonly scenarios: readonly ScenarioSpec[] }
  | { readonly type: 'built'; readonly build: BuildResult }
  | { readonly type: 'started'; readonly scenario: string }
  /** A scenario is done; the report has all that are done so far. */
  | { readonly type: 'finished'; readonly verdict: Verdict; readonly report: Report }
  /** All is over; this is what judging it again needs. */
  | { readonly type: 'recorded'; readonly recording: Recording };

/** Grades one submission: read, plan, run, judge, report. */
export async function grade(
  options: GradeOptions,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Report> {
  const seed = options.seed ?? anySeed();
  const { assignment, kernel } = await opened(options, seed);
  const asked = chosen(assignment.spec.scenarios, options.only ?? []);
  const scratch = await makeScratch(options.sandboxing?.scratch);
  const sandbox = (options.sandboxing?.sandbox ?? noSandbox)(scratch);
  const jobs = options.jobs ?? Math.max(6, 2 * os.availableParallelism());
  const signal = options.signal ?? new AbortController().signal;
  const watched = sandbox.level === 'none' ? watchOpen(options, scratch.path) : undefined;
  const soFar = new ReportSoFar(assignment, asked, { kernel, sandbox, seed, params: options.params ?? {} });
  const runs: Recorded[] = [];
  try {
    onProgress({ type: 'planned', scenarios: asked });
    const { scenarios: refused, finding } = await unprotected(asked, sandbox, options, assignment);
    const scenarios = asked.filter((scenario) => !refused.includes(scenario));
    const world = { kernel, sandbox, signal };
    const prepared = await prepareSubmission(assignment, options, { ...world, jobs });
    for (const build of prepared.builds) onProgress({ type: 'built', build });
    const finish = (verdict: Verdict) => {
      soFar.add(verdict);
      onProgress({ type: 'finished', verdict, report: soFar.report(prepared) });
    };
    for (const scenario of refused) finish(notRun(scenario, 'inconclusive', finding));
    const schedule = new Schedule(assignment, prepared, {
      ...world,
      timeoutScale: options.timeoutScale ?? 1,
      ...defined({ traces: options.witness && scratch.folder }),
    });
    const { failed } = prepared;
    if (!failed)
      await schedule.runAll(scenarios, jobs, {
        started: (scenario) => onProgress({ type: 'started', scenario }),
        finished: finish,
        recorded: (run) => runs.push(run),
      });
    const missing = scenarios.filter((scenario) => !soFar.has(scenario));
    for (const scenario of missing) finish(failed ? notBuilt(scenario, failed) : interrupted(scenario));
    if (watched) soFar.left = watched.left();
    const done = soFar.report(prepared);
    onProgress({ type: 'recorded', recording: recordingOf(done, { options, assignment, runs, failed }) });
    return done;
  } finally {
    kernel.close();
    await sandbox.leave();
    await scratch.remove();
    watched?.dismiss();
  }
}

/** Where programs run as the grader's own user: ends them should the grader be killed, and finds what they leave behind. */
function watchOpen({ sandboxing }: GradeOptions, scratch: string) {
  const guardian = sandboxing?.guarded === true ? undefined : startGuardian(scratch);
  const uid = process.getuid?.() ?? 0;
  const before = belongings(uid);
  return { left: () => appeared(before, uid), dismiss: () => guardian?.dismiss() };
}

/** The assignment, read while it is found out what this machine can show. */
async function opened(
  options: GradeOptions,
  seed: string,
): Promise<{ readonly assignment: Planned; readonly kernel: Kernel }> {
  const opening = options.kernel ?? openKernel(defined({ force: options.evidence }));
  opening.catch(() => {});
  const reading: Promise<Planned> = options.assignment
    ? Promise.resolve(options.assignment)
    : loadAssignment(options.spec, options.params ?? {}, seed, options.env, undefined, options.only);
  const assignment = await reading.catch(async (error) => {
    (await opening).close();
    throw error;
  });
  // As long as this may be root's doing: later it acts as the programs' user where there is one.
  void makePipes();
  return { assignment, kernel: await opening };
}

interface Unprotected {
  readonly scenarios: readonly ScenarioSpec[];
  readonly finding: Finding;
}

/** Scenarios that a student shall not know yet, where the program that is graded could read them. */
async function unprotected(
  scenarios: readonly ScenarioSpec[],
  sandbox: Sandbox,
  { spec, submission, unsafe = false }: GradeOptions,
  { files = [] }: Planned,
): Promise<Unprotected> {
  if (unsafe) return { scenarios: [], finding: READABLE };
  const secret = scenarios.filter(({ visibility }) => visibility !== 'visible');
  const finding = { ...READABLE, evidence: [] as string[] };
  if (secret.length === 0) return { scenarios: [], finding };
  const all = [...new Set([spec, ...files].map((file) => path.resolve(file)))];
  // What is handed in is copied to where the program is.
  const handedIn = all.filter((file) => isBelow(file, submission));
  const readable = new Set([...handedIn, ...(await sandbox.readable(all))]);
  if (sandbox.level !== 'none') finding.evidence.push(...[...readable].map((file) => `it can read ${file}`));
  return { scenarios: readable.size === 0 ? [] : secret, finding };
}

function isBelow(file: string, folder: string): boolean {
  try {
    const relative = path.relative(realpathSync(folder), realpathSync(file));
    return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  } catch {
    return false;
  }
}

const READABLE: Finding = {
  cause: 'unprotected',
  because: 'precondition',
  summary: 'It was not run: the program could read this hidden scenario.',
  evidence: [],
  hint: 'Grade with isolation (see socket-grader doctor), take the right to read the specification and the files that it is made of from others (chmod o-r) and keep them away from what is handed in or exposed, or give --unsafe.',
};
