import { isBuffer, type MethodCall, methodCalls, reading, reply } from './java-places.ts';
import { put, replace, replaceCall } from './mutation.ts';
import { loopsAround, once } from './structure.ts';

const LATIN_1 = 'java.nio.charset.StandardCharsets.ISO_8859_1';
const UTF_8 = 'java.nio.charset.StandardCharsets.UTF_8';
const IO = 'throws java.io.IOException';

type Apply = (source: string) => string | undefined;

/** Puts methods that a changed program calls into a class of their own, at the end of the file. */
export const withMethods = (methods: string, apply: Apply) => (source: string) => {
  const changed = apply(source);
  return changed && `${changed.trimEnd()}\n\nfinal class Changed_ {\n${methods}\n}\n`;
};

/** Changes the statement of the reply. */
export const replies = (make: (call: MethodCall) => string | undefined) => (source: string) => {
  const call = reply(source);
  const text = call && make(call);
  return call && text !== undefined ? put(text, call, source) : undefined;
};

/** What is sent, as one value. */
export function sent({ args: [what = '', from, size] }: MethodCall): string {
  if (size === undefined) return what;
  return from === '0'
    ? `java.util.Arrays.copyOf(${what}, ${size})`
    : `java.util.Arrays.copyOfRange(${what}, ${from}, ${from} + ${size})`;
}

/** The text that is sent is another one, be it a string, bytes, or what a channel has received. */
export const text = (change: string) =>
  withMethods(
    `    static String text(String s) { return ${change}; }
    static byte[] text(byte[] b) { return text(new String(b, ${LATIN_1})).getBytes(${LATIN_1}); }
    static int read(java.nio.channels.ReadableByteChannel from, java.nio.ByteBuffer b) ${IO} {
        int at = b.position(), n = from.read(b);
        if (n <= 0) return n;
        byte[] got = new byte[n];
        b.position(at);
        b.get(got);
        got = text(got);
        b.position(at);
        b.put(got, 0, Math.min(got.length, b.remaining()));
        return n;
    }`,
    (source) => {
      const from = reading(source);
      if (from && isBuffer(source, from.args[0]))
        return put(`Changed_.read(${from.object}, ${from.args[0]})`, from, source);
      return replies((call) => `${call.name}(Changed_.text(${sent(call)}))`)(source);
    },
  );

/** Bytes become a string and bytes again; a string is one already. */
export const decodes = replies((call) => {
  const bytes = call.args.length === 3 || /Bytes\([^()]*\)$/.test(call.args[0] ?? '');
  return bytes ? `${call.name}(new String(${sent(call)}, ${UTF_8}).getBytes(${UTF_8}))` : undefined;
});

/** Changes the call that receives from a client. */
export const reads = (make: (call: MethodCall, source: string) => string | undefined) => (source: string) => {
  const call = reading(source);
  const changed = call && make(call, source);
  return call && changed !== undefined ? put(changed, call, source) : undefined;
};

/** Does something with each client that is accepted, by a method for a socket, and one for a channel. */
export const accepts = (type: string, statements: (client: string) => string) =>
  withMethods(
    `    private static boolean taken;
    static ${type} client(${type} c) ${IO} { if (c != null) { ${statements('c')} } return c; }`,
    (source) => {
      const call = methodCalls(source, 'accept').find(({ args }) => args.length === 0);
      const channel = /\bServerSocketChannel\b/.test(source);
      if (!call || channel !== type.endsWith('SocketChannel')) return undefined;
      return put(`Changed_.client(${call.text})`, call, source);
    },
  );

export const SOCKET = 'java.net.Socket';
export const CHANNEL = 'java.nio.channels.SocketChannel';

/** It takes one client and no second one. */
export const oneShot: Apply = (source) => {
  if (/\.select\(/.test(source))
    return accepts(CHANNEL, () => 'if (taken) System.exit(0); taken = true;')(source);
  const call = methodCalls(source, 'accept')[0];
  const [loop] = call ? loopsAround(source, call.start) : [];
  return loop && once(source, loop);
};

/** The port and the address that it listens on. */
export const address = (port: (port: string) => string, host?: string) => (source: string) =>
  replaceCall(/new ServerSocket/, ({ args: [number, backlog = '50', ...more] }) => {
    if (number === undefined) return undefined;
    if (host === undefined) return `new ServerSocket(${[port(number), backlog, ...more].join(', ')})`;
    return `new ServerSocket(${port(number)}, ${backlog}, java.net.InetAddress.getByName("${host}"))`;
  })(source) ??
  replaceCall(/new InetSocketAddress/, ({ args }) => {
    const hosts = host === undefined ? args.slice(0, -1) : [`"${host}"`];
    return `new InetSocketAddress(${[...hosts, port(args.at(-1) ?? '')].join(', ')})`;
  })(source);

/** Java sets SO_REUSEADDR by itself before it binds. */
export const noReuseaddr: Apply = (source) =>
  withMethods(
    `    static java.net.ServerSocket server(int port) ${IO} { return server(port, 50, null); }
    static java.net.ServerSocket server(int port, int backlog) ${IO} { return server(port, backlog, null); }
    static java.net.ServerSocket server(int port, int backlog, java.net.InetAddress host) ${IO} {
        java.net.ServerSocket server = new java.net.ServerSocket();
        server.setReuseAddress(false);
        server.bind(new java.net.InetSocketAddress(host, port), backlog);
        return server;
    }`,
    replaceCall(/new ServerSocket/, ({ args }) =>
      args.length === 0 ? undefined : `Changed_.server(${args.join(', ')})`,
    ),
  )(source) ??
  replace(/(setReuseAddress\(|SO_REUSEADDR,\s*)true\b/, '$1false')(source) ??
  replace(
    /\w*ServerSocketChannel\.open\(\)/,
    (open) => `${open}.setOption(java.net.StandardSocketOptions.SO_REUSEADDR, false)`,
  )(source);

/** A connection stays open: close() is not called, and no resource is closed at the end of a block. */
export const noClose: Apply = (source) => {
  // Who closes a stream of a socket closes the socket.
  if (/\btry\s*\([^{]*(?:Stream|Reader|Writer|Scanner)\b/.test(source)) return undefined;
  const accepted = /(\w+)\s*=\s*\w+\.accept\(\)/.exec(source)?.[1];
  const server = /ServerSocket\s+(\w+)/.exec(source)?.[1];
  const closes = methodCalls(source, 'close').filter(
    ({ object }) => object !== server && (object === accepted || /sock|client|conn/i.test(object)),
  );
  const open = 'try (java.io.Closeable open_ = null)';
  const changed = closes
    .reduceRight((rest, call) => put(`${call.object}.hashCode()`, call, rest), source)
    .replace(/\btry\s*\(\s*((?:Socket|var)\s+\w+\s*=\s*\w+\.accept\(\))\s*\)/, `$1; ${open}`);
  return changed.replace(/\btry\s*\(\s*(\w+)\s*\)/, (all, name) => (name === server ? all : open));
};

/** The end of a client is not noticed, whether a loop looks for it or a statement after the call. */
export const noEofCheck: Apply = (source) => {
  const call = reading(source);
  if (!call) return undefined;
  const before = source.slice(0, call.end);
  const after = source.slice(call.end);
  const compared = after.replace(/^(\)*\s*)(?:!= -1|> -1|>= 0|> 0)/, '$1>= -1');
  if (compared !== after) return before + compared;
  const variable = /(\w+)\s*=\s*$/.exec(source.slice(0, call.start))?.[1];
  const test = new RegExp(`\\b${variable}\\s*(?:== -1|< 0|<= 0)`);
  return variable && before + after.replace(test, `${variable} == -2`);
};
