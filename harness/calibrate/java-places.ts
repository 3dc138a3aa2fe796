import { type Call, calls, put } from './mutation.ts';
import { blank, headOf, type Loop, loopsAround } from './structure.ts';

/** An object whose method is called: `out`, `client.getOutputStream()`. */
const OBJECT = String.raw`\w+(?:\.\w+(?:\(\))?)*`;
const method = (names: string) => new RegExp(String.raw`${OBJECT}\.(?:${names})`);

/** A call of a method, taken apart. */
export interface MethodCall extends Call {
  readonly object: string;
  readonly method: string;
}

/** Calls of methods, neither in a comment nor in a text. */
export function methodCalls(source: string, names: string): MethodCall[] {
  const code = blank(source);
  return calls(source, method(names))
    .filter(({ start }) => code[start] === source[start])
    .map((call) => {
      const dot = call.name.lastIndexOf('.');
      return { ...call, object: call.name.slice(0, dot), method: call.name.slice(dot + 1) };
    });
}

/** Whether something is a buffer of java.nio. */
export function isBuffer(source: string, name = ''): boolean {
  return new RegExp(String.raw`\bByteBuffer\s+${name}\b`).test(source);
}

/** The statement that sends a client its reply. */
export function reply(source: string): MethodCall | undefined {
  const code = blank(source);
  return methodCalls(source, 'write|print|println').find(
    ({ object, args, start, end }) =>
      args.length > 0 &&
      !/^(System|log)/i.test(object) &&
      /[;{})]\s*$/.test(code.slice(0, start)) &&
      /^\s*;/.test(code.slice(end)),
  );
}

/** The call that receives from a client into a buffer. */
export function reading(source: string): MethodCall | undefined {
  return methodCalls(source, 'read').find(
    ({ object, args }) => args.length > 0 && !/^(System|file)/i.test(object),
  );
}

/** The loop that receives from one client again and again. */
export function clientLoop(source: string): Loop | undefined {
  const call = reading(source) ?? methodCalls(source, 'readLine')[0];
  const [loop] = call ? loopsAround(source, call.start) : [];
  if (!loop) return undefined;
  const inside = source.slice(loop.start, loop.end);
  const head = headOf(source, loop);
  const overClients = /\.accept\(|\.select\(|hasNext\(/.test(inside);
  return overClients || (loop.keyword === 'for' && head.length === 1) ? undefined : loop;
}

/** The same program with transferTo() written out as a loop, so that it can be changed. */
export function writtenOut(source: string): string {
  const code = blank(source);
  const call = methodCalls(source, 'transferTo').find(
    ({ args, start, end }) =>
      args.length === 1 && /[;{})]\s*$/.test(code.slice(0, start)) && /^\s*;/.test(code.slice(end)),
  );
  if (!call) return source;
  const loop = 'while ((n_ = in_.read(buffer_)) != -1) { out_.write(buffer_, 0, n_); }';
  const names = `java.io.InputStream in_ = ${call.object}; java.io.OutputStream out_ = ${call.args[0]};`;
  return put(`{ ${names} byte[] buffer_ = new byte[4096]; int n_; ${loop} }`, call, source);
}
