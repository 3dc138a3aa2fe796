import type { TraceEvent } from '../model/index.ts';
import { endedByItself, lastOutput } from './describe.ts';
import { inconclusive, type Outcome } from './outcome.ts';
import { programError } from './program-error/index.ts';
import type { InstanceView, TraceView } from './view.ts';

type Refused = Extract<TraceEvent, { type: 'refused' }>;

/**
 * Nothing is proven against a program that ended when isolation had refused it a system call, which by hand it would have
 * had. What it says about that counts for nothing: the call was seen, and the program did nothing more that can be seen
 * before it ended. One that went on, as all do that can do without, is judged like any other.
 */
export function endedByRefusal(view: TraceView): Outcome | undefined {
  for (const program of view.instances.keys()) {
    const instance = endedByItself(view, program);
    if (instance === undefined) continue;
    const isOfIt = (event: TraceEvent): event is Refused =>
      event.type === 'refused' && event.program === program && event.instance === instance.instance;
    const at = view.events.findLastIndex(isOfIt);
    const refused = view.events[at];
    if (refused?.type !== 'refused') continue;
    const later = view.events.slice(at + 1);
    const end = later.findIndex((event) => event.type === 'process_exit' && event.program === program);
    if (end === -1 || later.slice(0, end).some((event) => isProgress(event, program))) continue;
    if ((later[end]?.t ?? 0) - refused.t > AT_ONCE || isOwnMistake(instance)) continue;
    const { call, error, pid, process } = refused;
    return inconclusive('capability', {
      cause: 'unknown',
      summary: `The program ended after isolation refused it a system call: ${call}().`,
      expected: 'the program can do here what it can do by hand',
      actual: `${call}() failed with ${error} in process ${pid} (${process}), and the program did nothing more`,
      evidence: lastOutput(view, program),
      hint: 'To grade this program, run it without isolation, in a container or a virtual machine of its own.',
    });
  }
  return undefined;
}

/** A program that a refused call ends is over within this time, in milliseconds. */
const AT_ONCE = 1_000;

/** Errors of the program's text: no call that failed raises these. */
const MISTAKES =
  /^(NameError|UnboundLocalError|SyntaxError|IndentationError|TabError|ImportError|ModuleNotFoundError|ZeroDivisionError|RecursionError|IndexError|KeyError|UnicodeDecodeError|UnicodeEncodeError|ReferenceError|ArithmeticException|ArrayIndexOutOfBoundsException|ClassCastException|NumberFormatException|StackOverflowError)$/;

/** It ended with an error of another kind: by then it had done without the call. */
function isOwnMistake(instance: InstanceView): boolean {
  const name = programError(instance.stderr.from(0).toString('utf8'))?.name.split('.').at(-1);
  return name !== undefined && MISTAKES.test(name);
}

/** Whether a program was seen to go on with its work. */
function isProgress(event: TraceEvent, program: string): boolean {
  if (event.type === 'observed')
    return event.observation.what === 'listening'
      ? event.observation.program === program && ['listening', 'ready'].includes(event.observation.state)
      : event.observation.what === 'blocked' && event.observation.program === program;
  return ['received', 'stray', 'arrived', 'accepted'].includes(event.type);
}
