import type { TraceEvent } from '../model/index.ts';
import { endedByItself, lastOutput } from './describe.ts';
import { inconclusive, type Outcome } from './outcome.ts';
import type { TraceView } from './view.ts';

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
    const { call, error, pid, process } = refused;
    return inconclusive('capability', {
      cause: 'unknown',
      summary: `The program ended when isolation had refused it a system call: ${call}().`,
      expected: 'the program can do here what it can do by hand',
      actual: `${call}() failed with ${error} in process ${pid} (${process}), and the program did nothing more`,
      evidence: lastOutput(view, program),
      hint: 'To grade this program, run it without isolation, in a container or a virtual machine of its own.',
    });
  }
  return undefined;
}

/** Whether a program was seen to go on with its work. */
function isProgress(event: TraceEvent, program: string): boolean {
  if (event.type === 'observed')
    return event.observation.what === 'listening'
      ? event.observation.program === program && ['listening', 'ready'].includes(event.observation.state)
      : event.observation.what === 'blocked' && event.observation.program === program;
  return ['received', 'stray', 'arrived', 'accepted'].includes(event.type);
}
