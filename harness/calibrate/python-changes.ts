import { type Change, type Excuse, put, replace, unless } from './mutation.ts';
import { insertAt, isPassedOnce, once, POLLS, type Receive, receiving, reply } from './python-places.ts';

export const REUSE = /^[ \t]*(\w[\w.]*)\.setsockopt\(.*SO_REUSEADDR.*$/m;

type Reply = NonNullable<ReturnType<typeof reply>>;

/** Changes the call that replies. */
export const replies = (make: (call: Reply, source: string) => string | undefined) => (source: string) => {
  const call = reply(source);
  return call && make(call, source);
};
/** What is sent, changed. */
export const sends = (changed: string) =>
  replies((call, source) => {
    const what = changed.replace('DATA', () => `(${call.what})`);
    return put(`${call.name}(${[what, ...call.args.slice(1)].join(', ')})`, call, source);
  });
/** Changes a reply on a connection, which a datagram is not. */
export const onConnection = (make: (call: Reply, source: string) => string | undefined) =>
  replies((call, source) => (call.method === 'sendto' ? undefined : make(call, source)));
/** A statement that closes a connection: a stream that is made of the socket would keep it open. */
export const closing = (object: string, source: string) =>
  /\.makefile\(/.test(source) ? `${object}.shutdown(2), ${object}.close()` : `${object}.close()`;
/** Changes the call that receives. */
export const receivings =
  (make: (call: Receive, source: string) => Change) =>
  (source: string): Change => {
    const call = receiving(source);
    return call && make(call, source);
  };
/** What is received, changed. */
export const receives = (suffix: string) =>
  receivings(({ text, method, ...place }, source) => {
    if (
      /^\.r?strip\b/.test(suffix) &&
      /^\.(?:decode\([^()]*\)\.)?(?:split|strip)\(\)/.test(source.slice(place.end))
    )
      return { why: 'white space is taken off what it receives anyway' };
    if (method === 'recvfrom')
      return put(`(lambda got: (got[0]${suffix}, *got[1:]))(${text})`, place, source);
    return put(text.startsWith('await') ? `(${text})${suffix}` : `${text}${suffix}`, place, source);
  });
/** It asks for few bytes at a time. */
export const fewBytes = receivings(({ text, method, args: [size = ''], ...place }, source) => {
  if (!/^(?:recv|recvfrom|read)$/.test(method) || size === '' || text.includes('rfile')) return undefined;
  const few = /^[\w.]+$/.test(size) ? '16' : `min(16, ${size})`;
  return put(
    text.replace(/\(.*\)$/s, () => `(${few})`),
    place,
    source,
  );
});

/** A change that is no bug where select() or the like waits before each call. */
export const unlessPolling = (apply: (source: string) => Change) =>
  unless(POLLS, 'it waits for all sockets at once, and the call itself need not wait', apply);

/** An excuse for what happens only where it has more bytes at a time than it receives at once. */
export const neverHasMore =
  (bytes: number): Excuse =>
  (source) => {
    const size = /^\w+$/.exec(receiving(source)?.args[0] ?? '')?.[0];
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

/** An excuse where a program would close the connection there anyway. */
export const closesAnyway: Excuse = (source) => {
  const call = reply(source);
  return call && isPassedOnce(source, call.start) ? 'it closes the connection there anyway' : undefined;
};

/** An excuse where a program takes white space off by itself. */
export const stripsAnyway: Excuse = (source) =>
  /\.r?strip\(/.test(source) ? 'it takes white space off by itself' : undefined;

/** The text that is sent, where it stands in the source as a whole. */
function ownText(source: string): string | undefined {
  const literal = /^(?:[bf]|fr|rf)?(["'])((?:(?!\1).)*)\1(?:\.encode\([^()]*\))?$/i;
  return literal.exec(reply(source)?.what ?? '')?.[2];
}

/** An excuse where what is sent is a short text of the program's own. */
export const sendsOwnText: Excuse = (source) =>
  ownText(source) === undefined ? undefined : 'what it sends there is a short text of its own';

/** An excuse where what is sent has no letters that would change. */
export const sendsNoLowerCase: Excuse = (source) => {
  const text = ownText(source)?.replaceAll(/\{[^{}]*\}|\\./g, '');
  return text === undefined || /[a-z]/.test(text) ? undefined : 'it sends no letters in lower case there';
};

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
    : /\.recv(?:from)?\(/.test(text)
      ? insertAt(source, place.start, 'before', `${object}.settimeout(0.1)`)
      : undefined,
);
