import * as v from 'valibot';
import { name } from '../base/fields.ts';
import type { Listener, Observation } from '../model/index.ts';
import { type Found, fail, inconclusive, type Outcome, PASS, type StepDefinition } from './definition.ts';
import { describeEnd, describeListeners, describePorts, describeThreads, lastOutput } from './describe.ts';
import { describeControlStart, judgeRestart, movedAway, restartCause } from './restart-findings.ts';
import { useProgram } from './scope.ts';
import type { InstanceView, TraceView } from './view.ts';

const schema = v.strictObject({ program: name });
/** Generous, since a JVM on a loaded machine takes its time; a deadline met early costs nothing. */
export const START_WITHIN = 10_000;
/** What the start of a small interpreted program takes. */
export const USUAL_START = 50;

type Seen = Extract<Observation, { what: 'listening' }>;
type Args = v.InferOutput<typeof schema>;

const HTONS =
  'The two bytes of the port are swapped. In C a port goes into a socket address by htons(port), once; Python, Java, JavaScript and most other languages take the number as it is, without htons().';

/** Launches a program and waits until it is ready, as its `ready` says: listening, unless told otherwise. */
export const start: StepDefinition<Args> = {
  verb: 'start',
  summary: 'Launch a program and wait until it is ready (listening, unless its "ready" says otherwise).',
  shorthand: 'program',
  schema,
  asserts: true,
  patience: START_WITHIN,
  scope: (args, scope) => ({ args, problems: useProgram(args, scope) }),
  lasts: () => USUAL_START,
  run: ({ program }, context) => context.start(program),
  judge: ({ program }, view) => judgeStart(program, view),
};

/** Also serves `restart`. */
export function judgeStart(program: string, view: TraceView): Outcome {
  const failed = view.startErrors.get(program);
  if (failed?.code === 'COMMAND_NOT_FOUND') {
    return inconclusive('capability', {
      cause: 'start_failed',
      summary: `This machine can't start the program: ${failed.message}.`,
    });
  }
  if (failed)
    return fail({ cause: 'start_failed', summary: `The program could not be started: ${failed.message}.` });
  const instance = view.instance(program);
  const seen = view.observed('listening');
  if (seen?.state === 'port_taken') return inconclusive('interference', strangerOn(seen.port, seen.detail));
  const moved = movedAway(view, instance);
  if (moved !== undefined) return inconclusive('precondition', moved);
  if (instance && seen?.state === 'listening') return listens(view, instance, seen);
  if (!instance || !seen || seen.state === 'ready' || seen.state === 'unseen') return PASS;
  return fail(explain(program, view, instance));
}

/** It listens; there may be something to remark about how it came to that. */
function listens(view: TraceView, instance: InstanceView, { port, swappedFrom, listeners }: Seen): Outcome {
  const remark = judgeRestart(view, instance, port);
  if (remark) return remark;
  if (swappedFrom === undefined) return port === instance.givenPort ? PASS : oneOf(listeners, port);
  return {
    status: 'pass',
    remark: {
      cause: 'swapped_port',
      summary: `The program listens on port ${port}, which is the given ${swappedFrom} with its two bytes swapped; here any port will do.`,
      expected: `port ${swappedFrom}`,
      actual: `port ${port}`,
      hint: HTONS,
    },
  };
}

/** Of several ports, none of them the given one, the first one is talked to: it may be the wrong one. */
function oneOf(listeners: readonly Listener[], port: number | null): Outcome {
  const others = listeners.filter((listener) => listener.port !== port);
  if (others.length === 0) return PASS;
  return {
    status: 'pass',
    remark: {
      cause: 'other_port',
      summary: `The program listens on ${describePorts(listeners)}, and none of them is the one that it was given; here port ${port} is talked to.`,
      expected: 'one port',
      actual: `listens on ${describeListeners(listeners)}`,
      hint: `If another one is meant, tell the grader with --port, for example --port ${others[0]?.port}.`,
    },
  };
}

function strangerOn(port: number | null, detail?: string): Found {
  return {
    cause: 'port_taken',
    summary: `Port ${port} is taken: ${detail ?? 'something else uses it'}, which has nothing to do with this start of the program.`,
    actual: detail ?? 'taken',
    hint: 'End the other program, or choose another port.',
  };
}

const UNIX =
  'It waits for clients on a socket of the Unix family (AF_UNIX), which has a name in the file system and no port: create the socket with AF_INET.';
const TAKE_THE_PORT =
  'Take the port from the command line (see how the program is started), or tell the grader which port it uses with --port.';
const NOT_BOUND =
  'A port that nobody chose: call bind() with the given port before listen(), look at what it returns, and do not bind to port 0.';
/** Where Linux begins to give out ports by itself, see ip_local_port_range in ip(7). */
const FIRST_EPHEMERAL = 32_768;

/** Whether it may be that listen() has taken any port, because the socket was not bound to one. */
function isUnbound({ address, port }: Listener): boolean {
  return (address === '0.0.0.0' || address === '::') && port >= FIRST_EPHEMERAL;
}

function explain(program: string, view: TraceView, instance: InstanceView): Found {
  const seen = view.observed('listening');
  const restart = restartCause(program, view, instance);
  if (restart) return restart;
  const givenPort = instance.givenPort;
  const wanted =
    givenPort === null ? 'a listening TCP socket' : `a listening TCP socket on port ${givenPort}`;
  const evidence = [...describeControlStart(view), ...lastOutput(view, program)];
  const base = { expected: wanted, evidence };
  const where = describeListeners(seen?.listeners ?? []);
  switch (seen?.state) {
    case 'exited':
      return {
        ...base,
        cause: instance.exit?.signal ? 'crashed' : 'exited',
        summary: `The program ${describeEnd(instance)} instead of listening.`,
        actual: describeEnd(instance),
        ...(view.observed('control_start')?.listens === false ? { hint: LEFT_BEHIND } : {}),
      };
    case 'other_port':
      return {
        ...base,
        cause: 'other_port',
        summary: `The program listens on ${describePorts(seen.listeners)}, not on the given ${givenPort}.`,
        actual: `listens on ${where}`,
        hint: seen.listeners.every(isUnbound) ? NOT_BOUND : TAKE_THE_PORT,
      };
    case 'swapped_port':
      return {
        ...base,
        cause: 'swapped_port',
        summary: `The program listens on ${describePorts(seen.listeners)}, which is the given ${givenPort} with its two bytes swapped.`,
        actual: `listens on ${where}`,
        hint: HTONS,
      };
    case 'other_address':
      return {
        ...base,
        cause: 'other_address',
        summary: `The program listens on ${where}, where a client that connects to localhost does not reach it.`,
        actual: `listens on ${where}`,
        hint: 'Bind to localhost (127.0.0.1) or to all addresses (0.0.0.0).',
      };
    case 'leftover_child':
      return {
        ...base,
        cause: 'leftover_child',
        summary: `A process that the program left behind still holds port ${givenPort ?? seen.port}.`,
        actual: seen.detail ?? where,
        hint: 'Close the listening socket in child processes, and end them with the program.',
      };
    case 'udp':
      return {
        ...base,
        cause: 'udp',
        summary: 'The program opened a UDP socket; a TCP socket is wanted.',
        actual: seen.detail ?? 'a UDP socket',
        hint: 'Create the socket with SOCK_STREAM and call listen().',
      };
    case 'waits_on_stdin':
      return {
        ...base,
        cause: 'waits_on_stdin',
        summary: 'The program waits for input on its standard input and does not listen.',
        actual: seen.detail ?? 'blocked in read on standard input',
        hint: 'Do not ask for input: take the port from the command line.',
      };
    case 'no_listen':
      return {
        ...base,
        cause: 'no_listen',
        summary:
          view.observed('bind_trial')?.detail === 'EADDRINUSE'
            ? `The program bound its socket to port ${seen.port}, but did not call listen() on it.`
            : 'The program made a socket, but it does not listen: listen() was not called on it, or failed.',
        actual: seen.detail ?? 'a socket that does not listen',
        hint: 'After bind(), call listen() on the socket.',
      };
    case 'idle':
      return {
        ...base,
        cause: 'idle',
        summary: 'The program runs, but never listens.',
        actual: seen.detail ?? 'idle, not listening',
        hint: seen.detail?.includes('accept on Unix socket')
          ? UNIX
          : 'After bind(), call listen() on the socket.',
      };
    default:
      return {
        ...base,
        cause: 'not_listening',
        summary: 'The program did not listen in time.',
        actual: seen?.detail ?? 'not listening yet',
        evidence: [...evidence, ...describeThreads(view.observed('activity')?.threads ?? [])],
      };
  }
}

/** It listened at its first start and not at its second, and not because of the port. */
const LEFT_BEHIND =
  'Something that the first start left behind stops it, and not the port: a lock or pid file, for instance, that is not removed when the program is killed. Do without it.';
