import { describePayload, type Payload, payloadBytes } from '../match/payload.ts';

/** What is done on one connection, in the order of the steps. */
export type Act =
  | { readonly kind: 'send'; readonly payload: Payload }
  | { readonly kind: 'wait' }
  | { readonly kind: 'half_close' };

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
  const done = acts.some(({ kind }) => kind === 'half_close');
  const client = `nc ${done ? '-N' : '-q 1'} localhost "$PORT"`;
  const input = parts.filter((part, at) => part !== 'sleep 1' || (at > 0 && parts[at - 1] !== part));
  if (input.length === 0) return done ? `${client} < /dev/null` : 'nc localhost "$PORT"';
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
