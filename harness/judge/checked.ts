import type { Plan, Trace, TraceEvent } from '../model/index.ts';
import { type CheckerCommand, checkerOf } from '../steps/state/command.ts';
import { checkerInput } from './checker-input.ts';

/** What a checker said: its own answer, or why it has none. */
export type Checked =
  | { readonly pass: boolean; readonly message?: string; readonly hint?: string }
  | { readonly problem: string };

/** Runs a checker of the course with what it is to read on its standard input. */
export type RunChecker = (command: CheckerCommand, input: string) => Promise<Checked>;

/** Whether a plan has checks by a command. */
export function hasCheckers({ steps }: Plan): boolean {
  return steps.some((step) => checkerOf(step) !== undefined);
}

/**
 * A trace with what the checkers of the course say to it, each at the end of its step. They run when the programs are
 * gone, so that these can't look at them; what was there before is replaced, as when a recording is judged again.
 */
export async function withCheckers(plan: Plan, trace: Trace, run: RunChecker): Promise<Trace> {
  if (!hasCheckers(plan)) return trace;
  const events: TraceEvent[] = [];
  for (const event of trace.events) {
    if (event.type === 'checked') continue;
    if (event.type === 'step_end') {
      const step = plan.steps[event.step];
      const command = step && checkerOf(step);
      if (command) {
        const checked = await run(command, checkerInput(plan, trace, events)).catch(
          (error: Error): Checked => ({ problem: error.message }),
        );
        events.push({ t: event.t, of: event.step, type: 'checked', ...checked });
      }
    }
    events.push(event);
  }
  return { ...trace, events };
}
