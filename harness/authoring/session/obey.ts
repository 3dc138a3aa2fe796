import { textToBytes } from '../../match/text.ts';
import type { Json, JsonObject } from '../../model/index.ts';
import type { Arrivals } from './arrivals.ts';
import { check } from './check.ts';
import { type Bytes, type Command, SESSION_HELP } from './commands.ts';
import { asArguments, payloadOf } from './derive.ts';
import { kernelView } from './kernel-view.ts';
import { type Pause, WAIT } from './pause.ts';
import { restart } from './restart.ts';
import { literally, stepText } from './step-text.ts';
import type { Talk } from './talk.ts';

/** What commands work on. */
export interface Desk {
  readonly talk: Talk;
  readonly arrivals: Arrivals;
  readonly pause: Pause;
}

type Kind = Command['kind'];
type Obey<Which extends Kind> = (desk: Desk, command: Command & { readonly kind: Which }) => unknown;

/** How each command is obeyed. */
const COMMANDS: { readonly [Which in Kind]: Obey<Which> } = {
  send: (desk, { bytes }) => send(desk, bytes),
  open: ({ talk }, { conn }) => talk.open(conn),
  use: ({ talk }, { conn }) => {
    const { open } = talk.executor;
    if (conn !== undefined && open.includes(conn)) talk.current = conn;
    else talk.say(`no connection "${conn}" is open (${open.join(', ') || 'none is'})`);
  },
  half_close: ({ talk }, { conn = talk.current }) => talk.end('half_close', conn),
  close: ({ talk }, { conn = talk.current }) => talk.end('close', conn),
  reset: ({ talk }, { conn = talk.current }) => talk.end('reset', conn),
  pause: ({ talk }) => setPaused(talk, 'pause'),
  resume: ({ talk }) => setPaused(talk, 'resume'),
  start: ({ talk }) => talk.step('start', talk.options.program),
  stop: ({ talk }, { signal }) => {
    const { program } = talk.options;
    return talk.step('stop', signal === undefined ? program : { program, signal });
  },
  restart: ({ talk }) => restart(talk),
  wait: (desk, { time }) => wait(desk, time),
  type: ({ talk }, { text }) => talk.step('stdin', { line: literally(text) }),
  eof: ({ talk }) => talk.step('stdin', { program: talk.options.program, eof: true }),
  check: async ({ talk }, { what }) => {
    if (await check(talk, what)) talk.say('it is so');
  },
  note: ({ talk }, { text }) => talk.step('note', literally(text)),
  step: ({ talk }, { yaml }) => writtenStep(talk, yaml),
  newline: ({ talk }, { newline }) => {
    talk.newline = newline;
  },
  chunk: ({ talk }, { size }) => {
    talk.chunk = size;
  },
  state: async ({ talk }) => {
    for (const line of await stateOf(talk)) talk.say(`  ${line}`);
  },
  steps: ({ talk }) => {
    for (const { step } of talk.executor.entries) talk.say(`  - ${stepText(step)}`);
  },
  undo: ({ talk }) => undo(talk),
  help: ({ talk }) => {
    for (const line of SESSION_HELP.trimEnd().split('\n')) talk.say(line);
  },
  quit: () => {},
  nothing: () => {},
};

/** Does what a command asks for. */
export async function obey<Which extends Kind>(
  desk: Desk,
  command: Command & { readonly kind: Which },
): Promise<void> {
  await COMMANDS[command.kind](desk, command);
}

/** What the kernel sees. */
export function stateOf({ options: { kernel, program }, run, executor }: Talk): Promise<string[]> {
  return kernelView(kernel, run, { program, connections: executor.open });
}

async function setPaused(talk: Talk, verb: 'pause' | 'resume'): Promise<void> {
  if (await talk.step(verb, talk.options.program)) talk.paused = verb === 'pause';
}

async function send({ talk, arrivals }: Desk, bytes: Bytes): Promise<void> {
  if (talk.current === undefined) {
    if (talk.options.role === 'client') {
      talk.say('the client has not connected; :type TEXT types for it');
      return;
    }
    talk.say('opening another connection');
    if (!(await talk.open())) return;
    await arrivals.take();
  }
  const pieces = talk.chunk > 0 ? { chunk: talk.chunk, every: 'received' } : {};
  const payload = payloadIn(bytes, talk.newline);
  await talk.step('send', talk.executor.on(talk.current ?? '', { ...payload, ...pieces }));
}

function payloadIn(bytes: Bytes, newline: Talk['newline']): JsonObject {
  if ('line' in bytes)
    return { line: literally(bytes.line), ...(newline === 'crlf' ? { newline: 'crlf' } : {}) };
  return 'text' in bytes ? asArguments(payloadOf(textToBytes(bytes.text))) : { ...bytes };
}

/** Waits for more, or for silence of a time. */
async function wait({ talk, pause }: Desk, time: string | undefined): Promise<void> {
  const { executor, run, current: conn } = talk;
  const { view } = run;
  if (time !== undefined && conn !== undefined) {
    const silence = { verb: 'expect', args: executor.on(conn, { nothing: true, for: time }) };
    // Something came: it becomes an expectation of its own.
    const wrong = await executor.do(silence);
    if (wrong !== undefined) talk.say(view.hasPending(conn) ? 'something came' : wrong);
    return;
  }
  const came = () =>
    executor.open.some((each) => view.hasPending(each) || view.ended(each)) ||
    (view.listeners.get('door')?.waiting ?? 0) > 0;
  if (!(await pause.until(came))) talk.say(`nothing came within ${WAIT / 1000} s`);
}

async function writtenStep(talk: Talk, yaml: string): Promise<void> {
  const { parse } = await import('yaml');
  try {
    const parsed: unknown = parse(yaml);
    const [pair, ...more] = Object.entries((parsed ?? {}) as Record<string, Json>);
    if (!pair || more.length > 0 || typeof parsed !== 'object')
      talk.say('a step is written as :step VERB: { … }');
    else await talk.step(pair[0], pair[1]);
  } catch (error) {
    talk.say(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}

/** Only what changed nothing can be forgotten: the rest has happened. */
function undo({ executor, options }: Talk): void {
  const last = executor.entries.at(-1);
  if (!last) return;
  if (!['expect', 'check', 'assume', 'note'].includes(last.step.verb)) {
    options.say(`"${stepText(last.step)}" has happened, and what follows rests on it`);
    return;
  }
  executor.entries.pop();
  options.say(`forgotten: ${stepText(last.step)}`);
  if (last.received)
    options.say(
      'what came is left over now: the scenario fails unless another step expects it (:step expect: { … })',
    );
}
