import type { Finding, PlanStep, ScenarioSpec, TraceEvent } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import type { Found } from '../steps/outcome.ts';
import type { InstanceView, TraceView } from '../steps/view.ts';
import { knownError } from './known-errors.ts';
import { onlyAccepts, waitsForBytesOn } from './moment.ts';

interface Around {
  readonly step: PlanStep;
  readonly scenario: ScenarioSpec;
  readonly view: TraceView;
  /** Index of the event that closed the step. */
  readonly event: number;
}

/**
 * How to mend a failure, from the most certain source that there is: the author's words for this step, what the evidence
 * proves, what the program itself complained about, the usual mend of the cause, the scenario's hint.
 */
export function hintFor(found: Found, around: Around): string | undefined {
  const { step, scenario } = around;
  const usual =
    step.hint ??
    leftOpen(found.cause, around) ??
    heldBack(found.cause, around) ??
    (found.hint || undefined) ??
    complaint(found.cause, around) ??
    fromEvidence(found.cause, around) ??
    scenario.hint ??
    LAST[found.cause];
  return [found.diagnosis, usual].filter(Boolean).join(' ') || undefined;
}

/** Causes that bytes or states prove, whatever the program printed. */
const PROVEN: Partial<Record<Finding['cause'], string>> = {
  trailing_nul:
    'Send as many bytes as the message has (what recv() returned, or strlen() of a text), not the size of the buffer.',
  cut_at_nul:
    'There are NUL bytes in the data, where strlen() and %s stop: send as many bytes as recv() returned.',
  extra_newline: 'Send the bytes as they are; println, puts and print add a newline of their own.',
  missing_newline: 'The newline belongs to the message: do not strip it, or put it back.',
  decoded: 'Treat what comes as bytes; do not decode it into text and back.',
  duplicated: 'Send each message once.',
  crlf: 'Send the line endings as they are; text streams change them.',
  lf: 'End every line with \\r\\n, as the protocol wants it, the empty line after a header too.',
};

/** What a response lacks, where the program itself has not complained. */
const HTTP: Partial<Record<Finding['cause'], string>> = {
  bad_http:
    'A response is a status line, header lines and an empty line, each with \\r\\n at its end, and then the body.',
  http_length:
    'Send a Content-Length: the number of bytes of the body, not of its characters. Then send all of these (sendall()), and no more.',
};

/** What is said when not even the scenario has a hint. */
const LAST: Partial<Record<Finding['cause'], string>> = {
  exited: 'Start the program by hand with the same command, and see where it gives up.',
  start_failed: 'Start the program by hand with the same command.',
  crashed:
    'Run the program in a debugger (gdb), or build it with -fsanitize=address -g, to see where it crashed.',
};

/** Causes that the program's own words can't explain better. */
const NOT_FROM_WORDS: readonly Finding['cause'][] = ['spinning', 'polling', 'swapped_port', 'udp', 'state'];

/** The mend for what the program printed, if it printed something well known. */
function complaint(cause: Finding['cause'], { step, scenario, view, event }: Around): string | undefined {
  if (cause in PROVEN || NOT_FROM_WORDS.includes(cause)) return undefined;
  const circumstances = { started: view.connections.size > 0, noListener: !hasListener(view) };
  for (const instance of [...view.instances.values()].map((list) => list.at(-1))) {
    const printed = instance && wordsOf(instance, { step, view, event });
    const fix = printed && knownError(printed, scenario.knownErrors, undefined, circumstances);
    if (fix) return fix;
  }
  return undefined;
}

/** Whether the grader, or a program, has listened. */
function hasListener(view: TraceView): boolean {
  return view.events.some(
    (event) =>
      event.type === 'listening' ||
      (event.type === 'observed' &&
        event.observation.what === 'listening' &&
        event.observation.state === 'listening'),
  );
}

const TAIL = 4096;

/**
 * What may belong to the failure: all of the end when the program gave up by itself, else only what it complained about
 * since the step before. What goes to standard output is no complaint as long as the program runs, and what comes after
 * the failure, when the grader ends all, is none of the student's.
 */
function wordsOf(instance: InstanceView, { step, view, event }: Omit<Around, 'scenario'>): string {
  const before = view.events.slice(0, event + 1).filter((one) => isOf(one, instance, view));
  const printed = (stream: 'stdout' | 'stderr') =>
    before.flatMap((one) => (one.type === 'output' && one.stream === stream ? [one] : []));
  const text = (stream: 'stdout' | 'stderr', from: number) => {
    const last = printed(stream).at(-1);
    const end = last === undefined ? 0 : last.offset + last.length;
    return instance[stream]
      .from(Math.max(from, end - TAIL))
      .subarray(0, Math.max(0, end - Math.max(from, end - TAIL)))
      .toString('utf8');
  };
  if (before.some((one) => one.type === 'process_exit' && one.reason === 'self'))
    return text('stderr', 0) || text('stdout', 0);
  const begin = view.events.find(
    (one) => one.type === 'step_begin' && one.step === Math.max(0, step.index - 1),
  );
  const first = printed('stderr').find((one) => one.t >= (begin?.t ?? 0));
  return first === undefined ? '' : text('stderr', first.offset);
}

/** Whether an event is about this start of its program. */
function isOf(event: TraceEvent, instance: InstanceView, view: TraceView): boolean {
  if (event.type !== 'output' && event.type !== 'process_exit') return false;
  return view.instances.get(event.program)?.[event.instance - 1] === instance;
}

function fromEvidence(cause: Finding['cause'], { step, view, event }: Around): string | undefined {
  if (cause === 'lf' && step.args.http === undefined && !namesCrlf(step)) return LINE_READER;
  const proven = PROVEN[cause];
  if (proven !== undefined) return proven;
  if (cause in HTTP && !answersHead(step)) return HTTP[cause];
  if (cause === 'extra_bytes' && step.args.equals !== undefined) return ONLY_THE_REPLY;
  if (WITH_AN_END.includes(cause) && endedBy(['SIGPIPE'], view, event)) return PIPE;
  if (cause === 'crashed' || (WITH_AN_END.includes(cause) && endedBy(CRASHES, view, event)))
    return LAST.crashed;
  if ((cause === 'exited' || cause === 'refused') && endedWithAClient(view, event)) return SERVES_ONE;
  if (cause === 'exited' && leftTheForeground(view, event)) return BACKGROUND;
  if (cause === 'exited' && view.connections.size === 0) return LAST.exited;
  const ofVerb = STEPS.get(step.verb)?.hint?.(cause, step.args, view);
  if (ofVerb !== undefined) return ofVerb;
  const on = typeof step.args.on === 'string' ? step.args.on : undefined;
  const waiting =
    cause === 'nothing_received' && on !== undefined && waitsForBytesOn(view, event).includes(on);
  if (
    waiting &&
    on !== undefined &&
    !view.connection(on).accepted &&
    view.connection(on).localClose === undefined
  )
    return stillReading(view.connection(on).sent);
  return undefined;
}

/** It has gone on to the next client without a close(), or with a copy of the socket in another process. */
function leftOpen(cause: Finding['cause'], { step, view, event }: Around): string | undefined {
  const on = typeof step.args.on === 'string' ? step.args.on : '';
  if (cause !== 'not_closed' || !onlyAccepts(view, event)) return undefined;
  if (view.connection(on).accepted) return undefined;
  return 'The program waits for the next client already, and this connection is still open: close() its socket, and after fork() close it in the parent as well as in the child.';
}

/** All of it sleeps in accept() while a connection is there: no program can bring that about but by an option. */
function heldBack(cause: Finding['cause'], { view, event }: Around): string | undefined {
  if (cause !== 'not_accepted' || !onlyAccepts(view, event)) return undefined;
  return 'The program waits in accept() and the kernel keeps the connection from it: with TCP_DEFER_ACCEPT on the listening socket, accept() returns only once the client has sent something. Leave that option out.';
}

const LINE_READER =
  'A \\r before a \\n got lost: the data went through something that reads lines or text (readline(), a Scanner, a text stream), which drops it. Send back the bytes that recv() returned.';

/** The author has written that lines end with \r\n. */
function namesCrlf({ args }: PlanStep): boolean {
  return /crlf|\\r\\n/i.test(JSON.stringify(args));
}

/** A response without a body has other rules of its length, which the scenario knows. */
function answersHead({ args: { http } }: PlanStep): boolean {
  return typeof http === 'object' && http !== null && 'to' in http && http.to === 'HEAD';
}

const ONLY_THE_REPLY =
  'Take the bytes that are too many out of what is sent: only the reply itself goes to the client.';

const SERVES_ONE =
  'The program ended by itself, and without an error, when a client had gone: put accept() and all that follows it into a loop, and let no client end the program (exit(), a return from main).';

/** Causes that come with the end of a program, whatever the step was about. */
const WITH_AN_END: readonly Finding['cause'][] = [
  'crashed',
  'exited',
  'refused',
  'early_close',
  'early_reset',
];
const CRASHES: readonly string[] = ['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE'];

/** Ends that programs came to by themselves, up to an event. */
function ownEnds(view: TraceView, event: number) {
  return view.events
    .slice(0, event + 1)
    .flatMap((one, at) => (one.type === 'process_exit' && one.reason === 'self' ? [{ ...one, at }] : []));
}

/** Whether a program was ended by one of some signals that stand for a mistake in it. */
function endedBy(signals: readonly string[], view: TraceView, event: number): boolean {
  return ownEnds(view, event).some(({ signal }) => signals.includes(signal ?? ''));
}

const PIPE =
  'A client may leave at any time, and who writes to it then is ended by SIGPIPE: ignore the signal, signal(SIGPIPE, SIG_IGN), or send with MSG_NOSIGNAL; look at what send() returns, close that connection, and go on.';

/** Whether the program ended well, with a client behind it. */
function endedWithAClient(view: TraceView, event: number): boolean {
  const gone = view.events.findIndex(({ type }) => type === 'local_close' || type === 'eof');
  return gone >= 0 && ownEnds(view, event).some(({ code, at }) => code === 0 && at >= gone);
}

const BACKGROUND =
  'A server goes on until it is ended. If it moves to the background (fork() and exit(), daemon()), let it stay in the foreground.';

/** Whether a server ended well by itself. */
function leftTheForeground(view: TraceView, event: number): boolean {
  const listened = view.observed('listening', 'anytime')?.state === 'listening';
  return listened && ownEnds(view, event).some(({ code }) => code === 0);
}

/** The client waits for the reply and the program for more: either it reads too far, or its reply was never sent. */
function stillReading(sent: number): string {
  if (sent === 0)
    return 'The program waits for the client to begin, and the client expects it to speak first.';
  return 'The program has the whole message and waits for more of it on the same connection: answer after each recv() instead of reading until the client is done, a line is complete or a buffer is full, and throw nothing away. If it has answered already, the reply is still in its buffer: flush() it.';
}
