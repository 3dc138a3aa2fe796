import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { defined } from '../base/defined.ts';
import type { Report, Verdict } from '../model/index.ts';
import { ABUSES, type Abuse, type Grader, ownerOf, type Result, type Stage } from './abuse.ts';

/** What was seen when a submission was graded. */
export interface Seen {
  readonly result: Result;
  /** The report in JSON; empty where there is none. */
  readonly text: string;
}

/** What every grading of hostile programs is given. */
interface Course {
  readonly stage: Stage;
  readonly grader: Grader;
  /** A port of the machine at which something listens that no program must reach. */
  readonly beacon: number;
}

/** Whether it has to be a submission of its own: it brings more than a program, or is built. */
export function isWhole({ run, furnish }: Abuse): boolean {
  return run === 'make' || furnish !== undefined;
}

/** The name of a hostile program among others. */
export function nameOf({ name, kind }: Abuse): string {
  return kind === undefined ? name : `${name}-${kind}`;
}

/** The verdicts on one of the programs of a pool. */
export function verdictsOf(report: Report, abuse: Abuse): readonly Verdict[] {
  return report.scenarios.filter(({ id }) => IDS.some((each) => id === idIn(abuse, each)));
}

/** The scenarios of `abuse.grade.yaml`, as they are read. */
const IDS = ['serves', 'serves-again'] as const;

function idIn(abuse: Abuse, id: string): string {
  return `${nameOf(abuse)}--${id}`;
}

/** A scenario as it is written. */
interface Written {
  readonly id: (typeof IDS)[number];
  readonly steps: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The specification for a submission of many hostile programs: each has scenarios of its own. What fails by a limit
 * does so once.
 */
function poolSpecification(abuses: readonly Abuse[]): string {
  const { programs, scenarios, ...rest } = parse(readFileSync(SPECIFICATION, 'utf8'));
  const own = abuses.map((abuse) => {
    const run = { file: `${abuse.name}.py`, run: `python3 ${abuse.name}.py \${{ port }}` };
    const env = { ...programs.server.env, KIND: abuse.kind ?? '' };
    return [nameOf(abuse), { ...run, env, ...defined({ limits: abuse.limits }) }] as const;
  });
  const asked = abuses.flatMap((abuse) =>
    (scenarios as Written[])
      .filter(({ id }) => abuse[id] !== undefined)
      .map((scenario) => ({
        ...scenario,
        id: idIn(abuse, scenario.id),
        steps: scenario.steps.map((step) => stepFor(step, abuse)),
      })),
  );
  return JSON.stringify({ ...rest, programs: Object.fromEntries(own), scenarios: asked });
}

function stepFor(step: Readonly<Record<string, unknown>>, abuse: Abuse): Readonly<Record<string, unknown>> {
  if ('start' in step) return { start: nameOf(abuse) };
  if ('connect' in step) return { connect: { as: step.connect, to: nameOf(abuse) } };
  if (abuse.within === undefined || !('expect' in step)) return step;
  return { expect: { ...(step.expect as object), within: abuse.within } };
}

const SPECIFICATION = path.join(ABUSES, 'abuse.grade.yaml');

/** Grades hostile programs that may be pieces of one submission. */
export function gradePool(course: Course, abuses: readonly Abuse[]): Promise<Seen> {
  const furnish = (submission: string) => {
    mkdirSync(submission);
    for (const name of new Set(abuses.map((abuse) => abuse.name)))
      copyFileSync(path.join(ABUSES, name, 'server.py'), path.join(submission, `${name}.py`));
  };
  return gradeSubmission(course, poolSpecification(abuses), furnish);
}

/** Grades one hostile submission. */
export function gradeWhole(course: Course, abuse: Abuse): Promise<Seen> {
  return gradeSubmission(course, readFileSync(SPECIFICATION, 'utf8'), (submission, spec) => {
    cpSync(path.join(ABUSES, abuse.name), submission, { recursive: true });
    rmSync(path.join(submission, 'abuse.json'));
    for (const kind of abuse.furnish ?? []) FURNISH[kind](submission, spec);
  });
}

async function gradeSubmission(
  { stage, grader, beacon }: Course,
  text: string,
  furnish: (submission: string, spec: string) => void,
): Promise<Seen> {
  const secret = stage.own(grader, 'secret');
  const spec = path.join(secret, 'abuse.grade.yaml');
  const token = `# abuse-token-${randomBytes(4).toString('hex')}\n`;
  writeFileSync(spec, token + text, { mode: 0o600 });
  const submission = path.join(secret, 'submission');
  furnish(submission, spec);
  const owner = ownerOf(grader);
  if (owner !== undefined) spawnSync('chown', ['-R', `${owner}:${owner}`, secret]);
  const out = stage.own(grader, 'out');
  const file = path.join(out, 'report.json');
  const result = await stage.run(grader, [
    ...['run', submission, '--spec', spec, '--report', `json=${file}`, '--seed', '1'],
    // Only where each has a place of its own may two be at it at a time.
    ...['--audience', 'staff', '--param', `beacon=${beacon}`, '--jobs', KEPT_APART.has(grader) ? '2' : '1'],
    ...(grader === 'plain' ? ['--isolation', 'none', '--unsafe'] : []),
  ]);
  const report = existsSync(file) ? readFileSync(file, 'utf8') : '';
  rmSync(secret, { recursive: true, force: true });
  rmSync(out, { recursive: true, force: true });
  return { result, text: report };
}

const KEPT_APART: ReadonlySet<Grader> = new Set(['root', 'user']);

const FURNISH = {
  links(folder: string, spec: string) {
    symlinkSync(spec, path.join(folder, 'link'));
    symlinkSync('loop', path.join(folder, 'loop'));
    symlinkSync('/etc', path.join(folder, 'etc'));
    spawnSync('mkfifo', [path.join(folder, 'pipe')]);
    const make = 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';
    spawnSync('python3', ['-c', make, path.join(folder, 'socket')]);
  },
  sparse(folder: string) {
    const file = path.join(folder, 'hole');
    writeFileSync(file, '');
    truncateSync(file, 100 * 1024 ** 3);
  },
  git(folder: string) {
    mkdirSync(path.join(folder, '.git'));
    writeFileSync(
      path.join(folder, '.git/config'),
      '[core]\n\tfsmonitor = "touch evil-was-here"\n\tpager = "touch evil-was-here"\n',
    );
  },
} as const satisfies Record<string, (folder: string, spec: string) => void>;
