import { escapeBytes } from '../match/view.ts';
import type { Listener, ThreadState } from '../model/index.ts';
import { programError } from './program-error/index.ts';
import type { InstanceView, TraceView } from './view.ts';

/** Sentences about programs that several verbs need. */

/** A share of a processor above which a program does not just wait. */
export const BUSY_SHARE = 0.5;

/** "exited with status 1", "was killed by SIGSEGV (it touched memory that is not its own)". */
export function describeExit(instance: InstanceView): string {
  const exit = instance.exit;
  if (!exit) return 'is still running';
  if (exit.signal !== null) return `was killed by ${exit.signal}${SIGNAL_WORDS[exit.signal] ?? ''}`;
  return `exited with status ${exit.code}`;
}

/** As `describeExit`, of one that has ended, though how may not be known yet. */
export function describeEnd(instance: InstanceView | undefined): string {
  return instance?.exit ? describeExit(instance) : 'ended';
}

const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGSEGV: ' (it touched memory that is not its own)',
  SIGABRT: ' (it gave up by itself: abort, a failed assertion or a corrupted heap)',
  SIGPIPE: ' (it wrote to a connection that is closed, or to a socket without a connection)',
  SIGFPE: ' (a forbidden calculation, such as a division by zero)',
};

/** Lines of a stack trace that lead through a library, not through what was handed in. */
const LIBRARY_FRAME = /^\s+at (java|jdk|sun)\b|^\s+at .*node:|File "[^"]*\/lib\/python/;
/** What Node prints around an error: properties without news, brackets, and its version. */
const NODE_FRAME =
  /^\s*(errno|syscall|port|address): |^\s*[{}[\]]+,?$|^Node\.js v|^node:\S+:\d+$|^Emitted 'error'|^\s*throw er;/;

/** The way to an error that Ruby and PHP print below it. */
const WAY = /^\s+(\d+: )?from .+:\d+:in |^#\d+ |^(PHP )?Stack trace:$|^\s+thrown in /;

/** The folder of the submission as programs see it that are isolated. */
const INSIDE = /(?<![\w.])\/work\//g;

/** The last lines that a program printed, as evidence; frames of libraries are left out. */
export function lastLines(instance: InstanceView, stream: 'stdout' | 'stderr', count = 4): string[] {
  const text = instance[stream].from(Math.max(0, instance[stream].length - 4096)).toString('utf8');
  const lines = text
    .replaceAll(`${instance.cwd}/`, '')
    .replaceAll(INSIDE, '')
    .split('\n')
    .filter((line) => !/^[\s^~]*$/.test(line));
  const error = programError(lines.join('\n'));
  if (error) return error.lines.map((line) => shownLine(stream, line));
  const telling = lines.filter((line) =>
    [LIBRARY_FRAME, NODE_FRAME, WAY].every((frame) => !frame.test(line)),
  );
  const shown = (telling.length > 0 ? telling : lines).slice(-count);
  return shown.map((line) => shownLine(stream, line));
}

function shownLine(stream: 'stdout' | 'stderr', line: string): string {
  return `${stream}: ${escapeBytes(Buffer.from(line.trimEnd().replaceAll('\t', '  ')), 160)}`;
}

/** What the program has said that may explain a failure: stderr first, else stdout. */
export function lastOutput(view: TraceView, program: string): string[] {
  const instance = view.instance(program);
  if (!instance) return [];
  const errors = lastLines(instance, 'stderr');
  return errors.length > 0 ? errors : lastLines(instance, 'stdout', 2);
}

/** What all programs have printed that may explain a failure. */
export function programOutput(view: TraceView): string[] {
  return [...view.instances.keys()].flatMap((program) => lastOutput(view, program));
}

/** Whether the program ended without being asked to; one that serves on from the background has not ended. */
export function endedByItself(view: TraceView, program: string): InstanceView | undefined {
  const instance = view.instance(program);
  return instance?.exit?.reason === 'self' && !instance.inBackground ? instance : undefined;
}

/** The ports of listeners, each once. */
export function describePorts(listeners: readonly Listener[]): string {
  const numbers = [...new Set(listeners.map(({ port }) => port))];
  return numbers.length === 1 ? `port ${numbers[0]}` : `ports ${numbers.join(' and ')}`;
}

/** What threads were doing, a line each, the same ones once; helpers of the runtime only where there is nothing else. */
export function describeThreads(all: readonly ThreadState[]): string[] {
  const counts = new Map<string, number>();
  const telling = all.filter(
    ({ state, waitsFor }) => state === 'R' || !waitsFor?.startsWith('another thread'),
  );
  for (const thread of telling.length > 0 ? telling : all) {
    const words = describeThread(thread);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].slice(0, 4).map(([words, count]) => (count > 1 ? `${count} threads: ${words}` : words));
}

function describeThread(thread: ThreadState): string {
  if (thread.state === 'R') return 'running on the processor';
  if (thread.state === 'T') return 'stopped';
  if (thread.waitsFor?.startsWith('a sleep')) return `in ${thread.waitsFor}`;
  if (thread.waitsFor)
    return `${/^(an?|another) /.test(thread.waitsFor) ? 'waiting for' : 'sleeping in'} ${thread.waitsFor}`;
  return thread.call ? `sleeping in ${thread.call}` : 'sleeping';
}

/** What runtimes print when bind() fails with EADDRINUSE: C and Python, Node, Java. */
export const ADDRESS_IN_USE = /address already in use|EADDRINUSE|BindException|errno 98|errno 48/i;
