import { type Call, calls, put } from './mutation.ts';

/** The function that gets each client. */
interface Handler {
  readonly socket: string;
  /** Where its body begins: behind the brace, or where the value of an arrow function is. */
  readonly body: number;
  /** Where that value ends. */
  readonly end?: number;
}

const BLOCK = String.raw`(?:async\s+)?(?:function\b\s*\w*\s*)?\(?\s*(\w+)[^(){}]*\)?\s*(?:=>\s*)?\{`;
const VALUE = /^(?:async\s+)?\(?\s*(\w+)\s*\)?\s*=>\s*/;
const SERVER = /(?:const|let|var)\s+(\w+)\s*=\s*(?:new\s+)?(?:\w+\.)?(?:createServer|Server)\(/;

/** The name of the server, if it has one. */
export function serverOf(source: string): string | undefined {
  return SERVER.exec(source)?.[1];
}

/** The function that gets each client, wherever it is written. */
export function handlerOf(source: string): Handler | undefined {
  for (const { name, args, start, text } of calls(source, /createServer|Server|on/)) {
    if (name === 'on' && !/^['"]connection['"]$/.test(args[0] ?? '')) continue;
    const given = args.findLast((arg) => !/^[{'"]/.test(arg));
    if (given === undefined) continue;
    const at = start + text.lastIndexOf(given);
    const found = /^\w+$/.test(given) ? declared(source, given) : written(source, at, given);
    if (found) return found;
  }
  return undefined;
}

function written(source: string, at: number, given: string): Handler | undefined {
  const block = new RegExp(`^${BLOCK}`).exec(source.slice(at));
  if (block) return { socket: block[1] ?? '', body: at + block[0].length };
  const value = VALUE.exec(given);
  return value ? { socket: value[1] ?? '', body: at + value[0].length, end: at + given.length } : undefined;
}

function declared(source: string, name: string): Handler | undefined {
  const head = new RegExp(String.raw`(?:\bfunction\s+${name}\s*|\b${name}\s*=\s*)(?=[(\w])`).exec(source);
  if (!head) return undefined;
  const at = head.index + head[0].length;
  return written(source, at, '');
}

/** What a client gets: calls of write() and end() with something to send. */
export function replies(source: string): Call[] {
  const socket = handlerOf(source)?.socket;
  const found = calls(source, /(?:\w+\.)+(?:write|end)/).filter(({ args }) => args.length > 0);
  const own = found.filter(({ name }) => receiverOf(name) === socket);
  return own.length > 0 ? own : found.filter(({ name }) => /sock|conn|client/i.test(receiverOf(name)));
}

/** The object whose method is called. */
export function receiverOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

/** The same program with what pipe(), pipeline() and short arrow functions do written out, so that it can be changed. */
export function writtenOut(source: string): string {
  const handler = handlerOf(source);
  if (!handler) return source;
  const { socket, body, end } = handler;
  if (end !== undefined)
    return writtenOut(put(`{ ${source.slice(body, end)}; }`, { start: body, end }, source));
  const pipe = calls(source, /\w+\.pipe/).find(({ args }) => args.length === 1 && args[0] === socket);
  if (pipe) {
    const listeners = `.on('data', (data_) => ${socket}.write(data_)).on('end', () => ${socket}.end())`;
    return put(receiverOf(pipe.name) + listeners, pipe, source);
  }
  const pipeline = calls(source, /pipeline/).find(({ args }) => args[1] === socket && args.length <= 3);
  if (!pipeline) return source;
  const [from, , done] = pipeline.args;
  const loop = `(async () => { for await (const data_ of ${from}) ${socket}.write(data_); ${socket}.end(); })()`;
  const then = done === undefined ? '' : `.then(() => undefined, (error_) => error_).then(${done})`;
  return put(loop + then, pipeline, source);
}
