import { describePayload, type Payload, payloadBytes } from '../match/payload.ts';
import type { Plan } from '../model/index.ts';
import type { Transport } from '../model/transport.ts';
import type { HandAct } from '../steps/definition.ts';
import { boundStep } from './planned-args.ts';

/** What is done on one connection. */
type Act = HandAct extends infer Each ? (Each extends HandAct ? Omit<Each, 'conn'> : never) : never;

/** The connections of a plan, each as a line for the shell, with a heading. */
export function conversations(plan: Plan): string[] {
  const acts = new Map<string, HandAct[]>();
  const listeners = new Map<string, Transport>();
  for (const act of plan.steps.flatMap((step) => boundStep(step)?.byHand() ?? [])) {
    if (act.kind === 'listen') listeners.set(act.conn, act.transport ?? 'tcp');
    else if (act.kind === 'accept')
      acts.set(act.conn, [{ ...act, transport: listeners.get(act.listener) ?? 'tcp' }]);
    else if (act.kind === 'dial' && !acts.has(act.conn)) acts.set(act.conn, [act]);
    else if (act.kind !== 'dial') acts.get(act.conn)?.push(act);
  }
  const lines = [...acts];
  if (lines.length === 0) return [];
  const dials = lines.some(([, list]) => list[0]?.kind !== 'accept');
  const when = dials
    ? 'while the program listens on port $PORT'
    : 'before the program is given the port $PORT';
  const several = lines.length > 1 ? ' (each in a terminal of its own where they overlap)' : '';
  const width = Math.max(...lines.map(([conn]) => conn.length));
  return [
    `  By hand, ${when}${several}:`,
    ...lines.map(([conn, list]) => `    ${`${conn}:`.padEnd(width + 1)} ${byHand(list, plan.seed)}`),
  ];
}

/** Longest payload that is written out, in bytes. */
const LONGEST = 400;

/** A shell line that does the same with nc (OpenBSD's) on the port `$PORT`. */
export function byHand(acts: readonly Act[], seed: string): string {
  // Waiting at the end is what nc does by itself.
  const last = acts.findLastIndex(({ kind }) => kind === 'send');
  const parts = acts.slice(0, last + 1).flatMap((act) => {
    if (act.kind === 'send') return [producer(act.payload, seed)];
    return act.kind === 'wait' ? ['sleep 1'] : [];
  });
  const accepts = acts.some(({ kind }) => kind === 'accept');
  // A client that closes is done when nc is; a server has to be told.
  const done = acts.some(({ kind }) => kind === 'half_close' || (kind === 'close' && accepts));
  const isUdp = acts.some((act) => 'transport' in act && act.transport === 'udp');
  const end = accepts ? 'nc -l "$PORT"' : 'nc localhost "$PORT"';
  const options = isUdp ? 'nc -u' : done ? 'nc -N' : accepts ? 'nc' : 'nc -q 1';
  // Nothing ends by UDP: without a limit nc waits for ever.
  const client = end.replace('nc', isUdp && !accepts ? `${options} -w 2` : options);
  const input = parts.filter(
    (part, at) => part !== 'sleep 1' || (parts[at - 1] ?? (accepts ? '' : part)) !== part,
  );
  if (input.length === 0 && isUdp) return end.replace('nc', 'nc -u');
  if (input.length === 0) return done ? `${client} < /dev/null` : end;
  return input.length === 1 ? `${input[0]} | ${client}` : `{ ${input.join('; ')}; } | ${client}`;
}

/** A command that prints the bytes of a payload. */
function producer(payload: Payload, seed: string): string {
  if (payload.kind === 'random') return `head -c ${payload.bytes} /dev/urandom`;
  if (payload.kind === 'file') return `cat ${shellQuote(payload.path)}`;
  const bytes = payloadBytes(payload, seed);
  if (payload.kind === 'repeat' && bytes.length > LONGEST)
    return `yes ${shellQuote(payload.unit)} | tr -d '\\n' | head -c ${bytes.length}`;
  if (bytes.length > LONGEST)
    return `cat FILE_WITH_${describePayload(payload).replace(/\W+/g, '_').toUpperCase()}`;
  return `printf '${[...bytes].map(printfByte).join('')}'`;
}

function shellQuote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const NAMED: Readonly<Record<number, string>> = {
  9: '\\t',
  10: '\\n',
  13: '\\r',
  37: '%%',
  39: "'\\''",
  92: '\\\\',
};

/** As printf(1) of POSIX understands it between single quotes. */
function printfByte(byte: number): string {
  const named = NAMED[byte];
  if (named !== undefined) return named;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\${byte.toString(8).padStart(3, '0')}`;
}
