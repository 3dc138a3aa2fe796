import { type Change, type Excuse, put, replace, unless } from './mutation.ts';
import { insertAt, once, POLLS, type Receive, receiving, reply } from './python-places.ts';

export const REUSE = /^[ \t]*(\w[\w.]*)\.setsockopt\(.*SO_REUSEADDR.*$/m;

type Reply = NonNullable<ReturnType<typeof reply>>;

/** Changes the call that replies. */
export const replies = (make: (call: Reply, source: string) => string | undefined) => (source: string) => {
  const call = reply(source);
  return call && make(call, source);
};
/** What is sent, changed. */
export const sends = (changed: string) =>
  replies((call, source) =>
    put(`${call.name}(${changed.replace('DATA', () => `(${call.what})`)})`, call, source),
  );
/** Changes the call that receives. */
export const receivings =
  (make: (call: Receive, source: string) => string | undefined) => (source: string) => {
    const call = receiving(source);
    return call && make(call, source);
  };
/** What is received, changed. */
export const receives = (suffix: string) =>
  receivings(({ text, ...place }, source) =>
    put(text.startsWith('await') ? `(${text})${suffix}` : `${text}${suffix}`, place, source),
  );

/** A change that is no bug where select() or the like waits before each call. */
export const unlessPolling = (apply: (source: string) => Change) =>
  unless(POLLS, 'it waits for all sockets at once, and the call itself need not wait', apply);

/** An excuse for what happens only where it has more bytes at a time than it receives at once. */
export const neverHasMore =
  (bytes: number): Excuse =>
  (source) => {
    const size = /\(\s*(\w+)\s*\)$/.exec(receiving(source)?.text ?? '')?.[1];
    const most =
      size && (/^\d/.test(size) ? size : new RegExp(`^${size}\\s*=\\s*(\\d+)`, 'm').exec(source)?.[1]);
    return most && Number(most) <= bytes ? `it receives at most ${Number(most)} bytes at a time` : undefined;
  };

export function oneShot(source: string): string | undefined {
  const at = source.search(/\.accept\(\)/);
  return at === -1
    ? replace(/^(\s*\w[\w.]*)\.serve_forever\(\)/m, '$1.handle_request()')(source)
    : once(source, at, 'clients');
}

/** Asks again and again, without waiting. */
export const spinning = (call: RegExp) =>
  replace(call, (_, indent, result, socket, method) =>
    [
      `${indent}while True:`,
      `${indent}    ${socket}.setblocking(False)`,
      `${indent}    try:`,
      `${indent}        ${result} = ${socket}.${method}`,
      `${indent}        break`,
      `${indent}    except BlockingIOError:`,
      `${indent}        pass`,
      `${indent}    finally:`,
      `${indent}        ${socket}.setblocking(True)`,
    ].join('\n'),
  );

/** SO_REUSEADDR is not set: by setsockopt(), by a class of socketserver, or by asyncio. */
export const noReuseaddr = (source: string) =>
  replace(REUSE, '')(source) ??
  replace(/\b(allow_reuse_address\s*=\s*)True\b/, '$1False')(source) ??
  replace(
    /(\b(?:asyncio\.start_server|loop\.create_server)\((?:[^()]|\([^()]*\)|\((?:[^()]|\([^()]*\))*\))*)\)/,
    '$1, reuse_address=False)',
  )(source);

/** It waits for data a tenth of a second at most. */
export const givesUp = receivings(({ text, object, ...place }, source) =>
  text.startsWith('await')
    ? put(`await asyncio.wait_for(${text.slice('await'.length).trim()}, 0.1)`, place, source)
    : text.includes('.recv(')
      ? insertAt(source, place.start, 'before', `${object}.settimeout(0.1)`)
      : undefined,
);
