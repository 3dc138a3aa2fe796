import type { WrittenFrame } from '../match/frame-fields.ts';
import { type Payload, showPayload } from '../match/payload.ts';
import { milliseconds, percent } from '../steps/describe.ts';
import type { Expectation } from '../steps/expect.ts';
import type { StateClaim } from '../steps/state.ts';

/** What the arguments of a step look like once they have been checked. */
interface Checked {
  readonly program: string;
  readonly signal: string;
  readonly grace: number;
  readonly as: string;
  readonly to: string;
  readonly reading: boolean;
  readonly on: string;
  readonly payload: Payload;
  readonly chunk?: number;
  readonly every?: number | 'received';
  readonly expect: 'ok' | 'refused' | 'timeout';
  readonly port?: number;
  readonly eof: boolean;
  readonly text: string;
  readonly for: number;
}

/** What a step does, in one plain sentence; nothing for a verb without a sentence of its own. */
export function sentence(verb: string, args: unknown, seed: string): string | undefined {
  if (args === undefined) return undefined;
  const step = args as Checked;
  switch (verb) {
    case 'start':
      return `Start the program ${step.program} and wait until it is ready.`;
    case 'stop':
      return `End ${step.program}: send ${step.signal} to it and its children, and SIGKILL if it still runs ${milliseconds(step.grace)} later.`;
    case 'restart':
      return `End ${step.program} with ${step.signal} and start it again on the same port.`;
    case 'pause':
      return `Stop ${step.program} in its tracks (SIGSTOP).`;
    case 'resume':
      return `Let ${step.program} go on (SIGCONT).`;
    case 'connect':
      if (step.expect !== 'ok')
        return `Try to connect to ${step.to}; it must ${step.expect === 'refused' ? 'be refused' : 'stay without an answer'}.`;
      return `Connect to ${step.to}; the connection is called ${step.as}${step.reading ? '' : ', and is not read before the first expect'}.`;
    case 'listen':
      return `Listen on ${step.port === undefined ? 'the port that the program is told' : `port ${step.port}`}; the place is called ${step.as}.`;
    case 'accept':
      return `Wait until the program connects to ${step.on}; the connection is called ${step.as}.`;
    case 'stdin':
      return typed(step, seed);
    case 'note':
      return `Write into the record: ${step.text}`;
    case 'sleep':
      return `Let ${milliseconds(step.for)} pass.`;
    case 'send':
      return `Send on ${step.on} ${showPayload(step.payload, seed)}${pieces(step)}`;
    case 'half_close':
      return `Say on ${step.on} that nothing more will be sent (FIN); go on reading.`;
    case 'close':
      return `Close ${step.on} in an orderly way (FIN).`;
    case 'reset':
      return `Abort ${step.on} (RST).`;
    case 'expect':
      return expectation(args as Expectation, seed);
    case 'check':
      return `It fails unless ${claim(args as StateClaim, seed)}.`;
    case 'assume':
      return `Only if this is so is there a verdict: ${claim(args as StateClaim, seed)}.`;
    default:
      return undefined;
  }
}

function typed({ program, payload, eof }: Partial<Checked>, seed: string): string {
  const end = 'close its standard input';
  if (!payload) return `For ${program}: ${end}.`;
  return `Type for ${program} (standard input)${eof ? ` and then ${end}` : ''}: ${showPayload(payload, seed)}`;
}

function pieces({ chunk, every }: Checked): string {
  if (chunk === undefined) return '';
  const size = ` -- in pieces of ${chunk} byte${chunk === 1 ? '' : 's'}`;
  if (every === undefined) return size;
  return every === 'received'
    ? `${size}, each when the program has received the last`
    : `${size}, one every ${milliseconds(every)}`;
}

function expectation(step: Expectation, seed: string): string {
  if (step.kind === 'nothing') return `On ${step.on} nothing must come for ${milliseconds(step.forMs)}.`;
  if (step.kind === 'closed') {
    const how = { true: '', fin: ' in an orderly way (FIN)', reset: ' with an abort (RST)' }[
      String(step.how)
    ];
    return `The program must end ${step.on}${how}.`;
  }
  const names = typeof step.capture === 'object' ? Object.keys(step.capture) : [step.capture];
  const kept = step.capture === undefined ? '' : `; it is kept as ${names.join(', ')}`;
  if (!step.matcher) return `Read from ${step.on} ${until(step.frame)}; anything will do${kept}`;
  return `Read from ${step.on} ${until(step.frame)}: it must ${step.matcher.sentence(seed)}${kept}`;
}

function until(frame: WrittenFrame): string {
  switch (frame.kind) {
    case 'match':
      return 'until it is decided';
    case 'line':
      return 'a line';
    case 'close':
      return 'until the program closes';
    case 'bytes':
      return `${frame.bytes} bytes`;
    case 'http':
      return 'a whole HTTP response';
    case 'delimiter':
      return `up to ${showPayload(frame.payload, '')}`;
    case 'length_prefix':
      return `a message that comes after its length (${frame.size} byte${frame.size === 1 ? '' : 's'}, ${frame.endian}-endian)`;
    case 'idle':
      return `until nothing has come for ${milliseconds(frame.ms)}`;
  }
}

function claim(state: StateClaim, seed: string): string {
  switch (state.kind) {
    case 'running':
      return `${state.program} is running${state.cpu === undefined ? '' : `, using less than ${percent(state.cpu)} of a processor`}${state.forMs > 0 ? `, for ${milliseconds(state.forMs)}` : ''}`;
    case 'blocked':
      return `${state.program} is blocked in ${state.in}()${state.in === 'accept' ? '' : ` on ${state.on}`} for ${milliseconds(state.forMs)}, using less than ${percent(state.cpu)} of a processor`;
    case 'exited':
      return `${state.program} has exited${state.code === undefined ? '' : status(state.code)}${state.signal === undefined ? '' : ` by ${state.signal}`}`;
    case 'output':
      return `what ${state.program} printed${state.stream === 'printed' ? '' : ` on ${state.stream}`} does ${state.matcher.sentence(seed)}`;
    case 'conn':
      return state.is === 'accepted'
        ? `the program has accepted ${state.conn}`
        : `${state.conn} is ${state.is}`;
    case 'unread':
      return `${state.bytes === 'all' ? 'all bytes' : `${state.bytes} bytes`} sent on ${state.conn} lie unread before the program`;
    case 'port':
      return `the port of ${state.program} is ${state.is === 'time_wait' ? 'in TIME_WAIT' : state.is}${state.address === undefined ? '' : ` on ${state.address === 'any' ? 'all addresses' : state.address}`}${state.owner === undefined ? '' : `, held by ${state.owner}`}`;
  }
}

function status(code: number | { readonly not: number }): string {
  return typeof code === 'number' ? ` with status ${code}` : ` with another status than ${code.not}`;
}
