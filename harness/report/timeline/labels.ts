import { milliseconds } from '../../base/units.ts';
import type { EndReason, TraceEvent } from '../../model/index.ts';

type Of<Type extends TraceEvent['type']> = Extract<TraceEvent, { type: Type }>;

const REASONS: Readonly<Record<EndReason, string>> = {
  self: '',
  step: ', as the step asks',
  teardown: ', to clean up',
  interrupted: ', because the run was interrupted',
  output_limit: ', because it printed too much',
  memory_limit: ', because it used too much memory',
  cpu_limit: ', because it used too much processor time',
  processes_limit: ', because it had too many processes',
  disk_limit: ', because it filled its folder',
  time_limit: ', because it ran for too long',
};

/** "SIGKILL, to clean up". */
export function signalLabel({ signal, reason }: Of<'signal'>): string {
  const meaning = { SIGSTOP: ': stopped', SIGCONT: ': continues' }[signal] ?? '';
  return `${signal}${meaning}${meaning === '' ? REASONS[reason] : ''}`;
}

/** "ended with status 1 by itself". */
export function exitLabel({ code, signal, reason }: Of<'process_exit'>): string {
  const how = signal === null ? `exited with status ${code ?? '?'}` : `killed by ${signal}`;
  return reason === 'self' && signal === null ? `${how} by itself` : how;
}

/** What the end of a step says about waiting, if anything. */
export function stepEndLabel({ timedOut, rested, granted, starved }: Of<'step_end'>): string {
  const enough = starved ? ', and that was not enough' : '';
  if (granted > 0) return `${milliseconds(granted)} more were given: the program had no processor${enough}`;
  if (rested) return 'the program is idle: waiting longer would be in vain';
  return timedOut ? 'time is up' : '';
}
