import { defined } from '../base/defined.ts';
import { describePayload, type Payload, payloadBytes } from '../match/payload.ts';
import type { Plan } from '../model/index.ts';
import type { HandAct } from '../steps/definition.ts';
import { effectsOf } from '../steps/index.ts';
import { wrap } from './explain-text.ts';
import type { HandSetting } from './hand-setting.ts';
import { boundStep, type StandIn } from './planned-args.ts';

/** What is done on one connection. */
type Act = HandAct extends infer Each ? (Each extends HandAct ? Omit<Each, 'conn'> : never) : never;

/** The ports of a setting by the names under which steps look them up. */
export function portsOf(setting: HandSetting): StandIn {
  return (name) => {
    if (name === 'port') return String(setting.shared);
    const own = /^ports\.(\w+)$/.exec(name)?.[1];
    return own === undefined ? undefined : String(setting.port(own));
  };
}

/** What is typed in the order in which it must be: the programs that are started, and each connection, a line each. */
export function conversations(plan: Plan, setting: HandSetting): string[] {
  const acts = new Map<string, HandAct[]>();
  const listeners = new Map<string, Extract<HandAct, { kind: 'listen' }>>();
  const started: string[] = [];
  for (const step of plan.steps) {
    started.push(...effectsOf(step).flatMap((effect) => (effect.kind === 'starts' ? effect.program : [])));
    const act = boundStep(step, portsOf(setting))?.byHand();
    if (act?.kind === 'listen') listeners.set(act.conn, act);
    else if (act?.kind === 'accept')
      acts.set(act.conn, [{ ...act, transport: listeners.get(act.listener)?.transport ?? 'tcp' }]);
    else if (act?.kind === 'dial' && !acts.has(act.conn)) acts.set(act.conn, [act]);
    else if (act && act.kind !== 'dial') acts.get(act.conn)?.push(act);
  }
  const where = ([first]: readonly HandAct[]): Where => {
    if (first?.kind === 'accept')
      return { port: listeners.get(first.listener)?.port ?? setting.port(first.listener) };
    if (first?.kind !== 'dial') return { port: setting.shared };
    return {
      port: first.port ?? setting.port(first.to ?? started[0] ?? ''),
      ...defined({ host: first.host }),
    };
  };
  const reached = new Set([...acts.values()].map(([first]) => first?.kind === 'accept' && first.listener));
  const lines = [
    ...[...acts].map(([conn, list]): [string, string] => [conn, byHand(list, plan.seed, where(list))]),
    // A place at which nobody is expected must be there all the same.
    ...[...listeners.values()]
      .filter(({ conn }) => !reached.has(conn))
      .map(({ conn, port, transport }): [string, string] => {
        const accept: HandAct = { kind: 'accept', conn, listener: conn, transport: transport ?? 'tcp' };
        return [conn, byHand([accept], plan.seed, { port: port ?? setting.port(conn) })];
      }),
  ];
  const programs = [...new Set(started)].flatMap((name) =>
    setting.commands(name).map((each, at): [string, string] => [at === 0 ? name : 'or', each]),
  );
  if (lines.length === 0) return [];
  const dials = [...acts.values()].some(([first]) => first?.kind === 'dial');
  const all = dials ? [...programs, ...lines] : [...lines, ...programs];
  const width = Math.max(...all.map(([name]) => name.length));
  const free = setting.isFree ? ` (another port than ${setting.shared} will do as well)` : '';
  return [
    ...wrap(`By hand, each line in a terminal of its own${free}:`, '    ', '  '),
    ...all.map(([name, line]) => `    ${`${name}:`.padEnd(width + 1)} ${line}`),
  ];
}

/** Where a connection leads. */
interface Where {
  readonly port: number;
  /** @default localhost */
  readonly host?: string;
}

/** Longest payload that is written out, in bytes. */
const LONGEST = 400;

/** A shell line that does the same with nc (OpenBSD's). */
export function byHand(acts: readonly Act[], seed: string, { port, host = 'localhost' }: Where): string {
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
  const end = accepts ? `nc -l ${port}` : `nc ${host} ${port}`;
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
