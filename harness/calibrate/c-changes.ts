import { ACCEPT, isDatagram, realCalls, receiving, reply, WAITS } from './c-places.ts';
import { type Call, type Change, type Excuse, put, replaceCall, unless } from './mutation.ts';
import { loopsAround, once } from './structure.ts';

/** Changes the call in which the client gets its reply: on the socket from which was received. */
export const sends = (make: (call: Call, source: string) => string | undefined) => (source: string) => {
  const call = reply(source);
  const text = call && make(call, source);
  return call && text !== undefined ? put(text, call, source) : undefined;
};

/** The same of a reply on a connection, which a datagram is not. */
export const sendsOnConnection = (make: (call: Call, source: string) => string | undefined) =>
  sends((call, source) => (isDatagram(call) ? undefined : make(call, source)));

/** A program that takes line ends off by itself. */
export const takesLineEndsOff: Excuse = (source) =>
  /\bstr(?:c?spn|tok|tok_r|chr|sep)\s*\([^;]*\\[nr]|\bisspace\s*\(/.test(source)
    ? 'it takes line ends off by itself'
    : undefined;

/** The reply with another length. */
export const length = (make: (length: string, what: string, source: string) => string | undefined) =>
  sends(({ name, args: [socket = '', what = '', size = '', ...more] }, source) => {
    const other = make(size, what, source);
    return other && `${name}(${[socket, what, other, ...more].join(', ')})`;
  });

/** Changes the call that receives from a client. */
export const receives = (make: (call: Call) => string | undefined) => (source: string) => {
  const call = receiving(source);
  const text = call && make(call);
  return call && text !== undefined ? put(text, call, source) : undefined;
};

/** A value computed in several statements (a GNU extension). */
export const value = (statements: string) => `({ ${statements} })`;

/** What was received, with more done to it: `got_` is how much it was. */
export const received = (statement: (buffer: string) => string) =>
  receives(({ text, args: [, buffer = ''] }) =>
    value(`ssize_t got_ = ${text}; ${statement(`((char *)(${buffer}))`)} got_;`),
  );

/** Includes a header more, below what may have been defined for the first one. */
export const including = (header: string, apply: (source: string) => Change) => (source: string) => {
  const changed = apply(source);
  if (typeof changed !== 'string') return changed;
  return changed.replace(/^[ \t]*#[ \t]*include\b.*$/m, (first) => `${first}\n#include <${header}>`);
};

/** A change that is no bug where poll() or the like waits before each call. */
export const unlessPolling = (apply: (source: string) => Change) =>
  unless(WAITS, 'it waits in select(), poll() or epoll_wait(), and the call itself need not wait', apply);

/** It takes one client and no second one. */
export function oneShot(source: string): string | undefined {
  const call = realCalls(source, ACCEPT)[0];
  if (!call) return undefined;
  if (WAITS.test(source)) {
    const statements = `static int taken_; if (taken_) exit(0); int got_ = ${call.text}; taken_ = got_ >= 0; got_;`;
    return put(value(statements), call, source);
  }
  const [loop] = loopsAround(source, call.start);
  return loop && once(source, loop);
}

export function noEofCheck(source: string): string | undefined {
  const call = receiving(source);
  if (!call) return undefined;
  const before = source.slice(0, call.end);
  const after = source.slice(call.end);
  const compared = after.replace(/^(\)?\s*)>\s*0\b/, '$1>= 0');
  if (compared !== after) return before + compared;
  const variable = /(\w+)\s*=\s*$/.exec(source.slice(0, call.start))?.[1];
  if (variable === undefined) return undefined;
  const test = new RegExp(`\\b${variable}\\s*([<=]=)\\s*0\\b`);
  return before + after.replace(test, (_, sign) => (sign === '<=' ? `${variable} < 0` : `0 && ${variable}`));
}

/** The wait for several descriptors gets a timeout of zero. */
export const busyWait = replaceCall(/select|poll|epoll_wait/, ({ name, args }) => {
  const timeouts: Record<string, string> = { select: '&(struct timeval){ 0 }' };
  if (args.length < 3) return undefined;
  return `${name}(${[...args.slice(0, -1), timeouts[name] ?? '0'].join(', ')})`;
});

export const reuse = (make: (call: Call, source: string) => string | undefined) =>
  replaceCall(/setsockopt/, (call, source) =>
    call.args.includes('SO_REUSEADDR') ? make(call, source) : undefined,
  );
