import { type Call, calls } from './mutation.ts';
import { blank, endOfStatement, headOf, type Loop, loopsAround } from './structure.ts';

export const ACCEPT = /accept4?/;
/** A call that waits for several descriptors. */
export const WAITS = /\b(?:p?select|p?poll|epoll_p?wait)\s*\(/;
export const NON_BLOCKING = /\b(?:SOCK_NONBLOCK|O_NONBLOCK|FIONBIO|MSG_DONTWAIT)\b/;
const SEND = /send|write/;
/** send() and functions that call it until all is sent, whatever they are called. */
const SEND_OR_HELPER = /\w*(?:send|write|SEND|WRITE|Send|Write)\w*/;

/** Calls that are neither in a comment nor in a text. */
export function realCalls(source: string, names: RegExp): Call[] {
  const code = blank(source);
  return calls(source, names).filter(({ start }) => code[start] === source[start]);
}

/** The call that receives from a client. */
export function receiving(source: string): Call | undefined {
  const found = [/recv/, /recvfrom/, /read/].flatMap((name) => realCalls(source, name));
  return found.find(({ args }) => args.length >= 3 && !/^(0|STDIN_FILENO)$/.test(args[0] ?? ''));
}

/**
 * The call in which the client gets its reply: on the socket from which was received. Where streams are read it is the
 * first one that is not in a function that others call to send.
 */
export function reply(source: string): Call | undefined {
  const socket = receiving(source)?.args[0];
  const sends = realCalls(source, SEND_OR_HELPER).filter(({ args }) => args.length >= 3);
  if (socket !== undefined) return sends.find(({ args }) => args[0] === socket);
  const helpers = [...new Set(sends.map(({ name }) => name))].flatMap((name) => bodyOf(source, name) ?? []);
  return sends.find(
    ({ args, start }) =>
      !/^[A-Z_"]/.test(args[0] ?? '') &&
      !helpers.some((helper) => helper.start < start && start < helper.end),
  );
}

/** Whether a call sends a datagram. */
export function isDatagram({ name }: Pick<Call, 'name'>): boolean {
  return name === 'sendto' || name === 'recvfrom';
}

/** Where the body of a function stands, when it is in this source. */
function bodyOf(source: string, name: string): { readonly start: number; readonly end: number } | undefined {
  const code = blank(source);
  const definition = new RegExp(`\\b${name}\\s*\\([^;{}]*\\)\\s*\\{`).exec(code);
  if (!definition) return undefined;
  const start = definition.index + definition[0].length - 1;
  return { start, end: endOfStatement(code, start) };
}

/** The call of send() or write() itself behind the reply, which may be in a function that the reply calls. */
export function sending(source: string): Call | undefined {
  const call = reply(source);
  if (!call || /^(send|sendto|write)$/.test(call.name)) return call;
  const body = bodyOf(source, call.name);
  return body && realCalls(source, SEND).find((inner) => body.start < inner.start && inner.end < body.end);
}

/** Whether the call of the reply is in a loop of its own, which sends what is left. */
export function resends(source: string): boolean {
  const call = reply(source);
  const from = receiving(source);
  if (!call || !from) return false;
  return loopsAround(source, call.start).some(({ start, end }) => from.start < start || from.start > end);
}

/** The loop that receives from one client again and again, around a call: not one over all clients. */
export function clientLoop(source: string, call: Call): Loop | undefined {
  const loop = loopsAround(source, call.start).find((each) => !headOf(source, each).join().includes('EINTR'));
  if (!loop) return undefined;
  const [init, , step] = headOf(source, loop);
  const counts = loop.keyword === 'for' && init !== '' && step !== '';
  const inside = source.slice(loop.start, loop.end);
  return counts || WAITS.test(inside) || realCalls(inside, ACCEPT).length > 0 ? undefined : loop;
}
