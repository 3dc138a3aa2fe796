import type { RunVerdict, ScenarioSpec, TraceEvent, Verdict } from '../model/index.ts';
import { notRun } from './sum.ts';

/** Scenarios that are named by their id or one of their tags; all of them when nothing is named. */
export function chosen(
  scenarios: readonly ScenarioSpec[],
  names: readonly string[],
): readonly ScenarioSpec[] {
  if (names.length === 0) return scenarios;
  return scenarios.filter(({ id, tags }) => [id, ...tags].some((name) => names.includes(name)));
}

/** Scenarios in the given order, but each after those that it requires. */
export function requiredFirst(scenarios: readonly ScenarioSpec[]): ScenarioSpec[] {
  const byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const ordered = new Set<ScenarioSpec>();
  const add = (scenario: ScenarioSpec, above: ReadonlySet<string>) => {
    for (const id of scenario.requires) {
      const required = byId.get(id);
      if (required && !above.has(id)) add(required, new Set([...above, id]));
    }
    ordered.add(scenario);
  };
  for (const scenario of scenarios) add(scenario, new Set([scenario.id]));
  return [...ordered];
}

/** It failed, or could not even be tried because another one failed. */
export function lacking({ status, findings }: Verdict): boolean {
  return status === 'fail' || findings.some(({ cause }) => cause === 'required_failed');
}

/** The verdict on a scenario that is not tried because of another one's. */
export function skipped(scenario: ScenarioSpec, missing: Verdict): Verdict {
  const how = missing.status === 'fail' ? 'which failed' : 'which was skipped, too';
  return notRun(scenario, 'skip', {
    cause: 'required_failed',
    summary: `It was not tried: it requires "${missing.title}" (${missing.id}), ${how}.`,
    evidence: [],
  });
}

/** The verdict on a scenario without rows, or one that its author leaves out. */
export function doesNotApply(scenario: ScenarioSpec): Verdict {
  const reason = scenario.skip === '' ? '.' : `: ${scenario.skip}`;
  return notRun(scenario, 'skip', {
    cause: 'unknown',
    summary:
      scenario.skip === undefined
        ? 'It does not apply with these parameters.'
        : `The specification leaves it out${reason}`,
    evidence: [],
  });
}

/** Whether it is what a program does that has waited long enough. */
function isEnding(event: TraceEvent): boolean {
  if (event.type === 'process_exit') return event.reason === 'self';
  return event.type === 'eof' || event.type === 'conn_error';
}

/**
 * Whether a program that goes by a clock of its own may have given up while the grader was kept from running: it ended
 * something by itself, or talks by datagrams, which are sent again after a time; and it was not the grader who waited in
 * vain.
 */
function mayHaveGivenUp({ findings, trace: { events } }: RunVerdict): boolean {
  if (!events.some(({ type }) => type === 'late')) return false;
  const failed = findings.find(({ remark }) => !remark)?.step?.index;
  const end = events.find((event) => event.type === 'step_end' && event.step === failed);
  if (end?.type !== 'step_end' || end.timedOut || end.rested) return false;
  const mayGoOn = (event: TraceEvent) =>
    isEnding(event) || ('transport' in event && event.transport === 'udp');
  return events.some((event) => mayGoOn(event) && event.t <= end.t);
}

/** What the grader does, to which a program may well answer. */
const DONE_TO_IT = new Set<TraceEvent['type']>([
  'sent',
  'input',
  'connect',
  'local_close',
  'signal',
  'process_start',
]);

/** Whether something came from a program, unasked, after it had been found idle in a step that failed: it was not, then. */
function cameAfterIdle({ findings, trace: { events } }: RunVerdict): boolean {
  const failed = new Set(findings.filter(({ remark }) => !remark).map(({ step }) => step?.index));
  return events.some((event, at) => {
    if (event.type !== 'step_end' || !event.rested || !failed.has(event.step)) return false;
    const later = events.slice(at + 1);
    const end = later.findIndex(({ type }) => DONE_TO_IT.has(type));
    const unasked = later.slice(0, end === -1 ? later.length : end);
    return unasked.some(({ type }) => type === 'received' || type === 'arrived');
  });
}

/** Signals that end a program which has done nothing wrong: kill(1) and pkill(1) send them. */
const SENT = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/** Whether a program was killed by a process that may have been the same program in another scenario. */
function mayHaveBeenHit({ trace: { events } }: RunVerdict): boolean {
  return events.some(
    (event) => event.type === 'process_exit' && event.reason === 'self' && SENT.has(event.signal ?? ''),
  );
}

/** First bytes come this soon after their connection, or a moment later where the program takes one; in milliseconds. */
const PROMPT = 400;

/**
 * Whether a client that was to speak at once did so late, because the grader was kept from running: one that goes by a
 * clock of its own may have done well for no other reason.
 */
function spokeLate({ trace: { events } }: RunVerdict): boolean {
  return events.some((event, at) => {
    // What the program sees is the kernel's connection, which is there before we hear of it.
    if (event.type !== 'connect') return false;
    const later = events.slice(at + 1);
    const first = later.findIndex(
      (one) => (one.type === 'sent' || one.type === 'connect') && one.conn === event.conn,
    );
    const sent = later[first];
    if (sent?.type !== 'sent' || sent.t - event.t <= PROMPT) return false;
    return later.slice(0, first).filter(({ type }) => type === 'step_begin').length === 1;
  });
}

/**
 * What could not be decided may be decided by a second try, unless this machine can't show it at all. `exposed` says that
 * programs of other scenarios, which ran at the same time, could send it signals.
 */
export function worthAnotherTry(
  run: RunVerdict,
  on: 'inconclusive' | 'fail',
  { exposed }: { readonly exposed: boolean },
): boolean {
  const { status, findings } = run;
  if (status === 'pass') return run.attempt === 1 && spokeLate(run);
  if (status === 'fail')
    return on === 'fail' || mayHaveGivenUp(run) || cameAfterIdle(run) || (exposed && mayHaveBeenHit(run));
  return status === 'inconclusive' && findings.every(({ because }) => because !== 'capability');
}
