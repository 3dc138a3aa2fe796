import { type Call, calls, put } from './mutation.ts';

/** A call that receives from a client. */
export interface Receive {
  readonly text: string;
  readonly object: string;
  /** The method that is called, such as `recv`. */
  readonly method: string;
  readonly args: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** What waits for several sockets, so that no call on one of them waits. */
export const POLLS = /\bselectors\b|\bselect\.|\bsetblocking\(False\)/;
/** A datagram is one message: what it is too long for is lost. */
export const DATAGRAMS = /\bSOCK_DGRAM\b/;
/** A stream of bytes that is made of a socket, and its name. */
const STREAM = /(\w+)\s*=\s*[\w.]+\.makefile\(\s*(?:mode\s*=\s*)?["']\w*b\w*["']/g;

export function receiving(source: string): Receive | undefined {
  const streams = [...source.matchAll(STREAM)].map(([, name]) => name);
  const methods = [
    ...[
      String.raw`await\s+[\w.]+\.(?:read|readline|readuntil|readexactly)`,
      String.raw`[\w.]+\.recv(?:from)?`,
    ],
    ...[String.raw`[\w.]*rfile\.(?:read1?|readline)`],
    ...(streams.length === 0 ? [] : [String.raw`(?:${streams.join('|')})\.(?:read1?|readline)`]),
  ];
  const [call] = calls(source, new RegExp(methods.join('|')));
  if (!call) return undefined;
  const { name, text, args, start, end } = call;
  const object = name.replace(/^await\s+/, '').replace(/\.\w+$/, '');
  return { text, object, method: /\w+$/.exec(name)?.[0] ?? '', args, start, end };
}

/** The call that sends a client its reply. */
export function reply(
  source: string,
): (Call & { readonly object: string; readonly method: string; readonly what: string }) | undefined {
  const streams = /\basyncio\b|\bwfile\b/.test(source) ? ['write'] : [];
  for (const method of ['sendall', 'send', 'sendto', ...streams]) {
    const call = calls(source, new RegExp(String.raw`[\w.]+\.${method}`)).find(
      (each) => each.args.length > 0 && !/^sys\.|^(?:f|file|log)\./.test(each.name),
    );
    if (call)
      return { ...call, method, object: call.name.slice(0, -method.length - 1), what: call.args[0] ?? '' };
  }
  return undefined;
}

/** Whether a place in a function that serves one client, and then leaves it, is passed once for each client. */
export function isPassedOnce(source: string, at: number): boolean {
  const lines = source.slice(0, at).split('\n');
  let depth = indentOf(lines.at(-1) ?? '');
  for (const [back, line] of lines.toReversed().slice(1).entries()) {
    if (line.trim() === '' || indentOf(line) >= depth) continue;
    depth = indentOf(line);
    if (/^\s*(?:async\s+)?(?:while|for)\b/.test(line)) return false;
    if (!/^\s*(?:async\s+)?def\b/.test(line)) continue;
    const from = lines.length - 2 - back;
    const rest = source.split('\n').slice(from + 1);
    const end = rest.findIndex((each) => each.trim() !== '' && indentOf(each) <= depth);
    const body = rest.slice(0, end === -1 ? undefined : end).join('\n');
    return /^\s*with\s+[\w.]+\s*(?:,|:)|\.close\(\)/m.test(body);
  }
  return false;
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}

/** Puts a line before or after the one in which something is, with its indentation. */
export function insertAt(source: string, at: number, where: 'before' | 'after', text: string): string {
  const start = source.lastIndexOf('\n', at - 1) + 1;
  const indent = /^[ \t]*/.exec(source.slice(start))?.[0] ?? '';
  const next = source.indexOf('\n', at);
  const place = where === 'before' ? start : next === -1 ? source.length : next + 1;
  return put(`${indent}${text}\n`, { start: place, end: place }, source);
}

/** Another address to listen on: of bind(), of a server of socketserver, or of asyncio. */
export function address(host: string, port: string): (source: string) => string | undefined {
  const fill = (text: string, old: string) => text.replace(/HOST|PORT/, () => old);
  return (source) => {
    for (const call of calls(source, /[\w.]*(?:bind|Server|create_server|start_server)/)) {
      const [first = '', oldHost, oldPort] = call.args;
      const pair = /^\((.+),\s*(.+?)\s*\)$/s.exec(first);
      const [from, to] = pair
        ? [first, `(${fill(host, pair[1] ?? '')}, ${fill(port, `(${pair[2]})`)})`]
        : [`${oldHost}, ${oldPort}`, `${fill(host, oldHost ?? '')}, ${fill(port, `(${oldPort})`)}`];
      if ((pair || oldPort !== undefined) && call.text.includes(from))
        return put(
          call.text.replace(from, () => to),
          call,
          source,
        );
    }
    return undefined;
  };
}

/** The loop around a call becomes a single turn: the innermost that is about one client, or about clients. */
export function once(source: string, at: number, about: 'client' | 'clients'): string | undefined {
  const lines = source.split('\n');
  const inside = source.slice(0, at).split('\n').length - 1;
  const walrus = /^(\s*)while\s+(\(?)(\w+)\s*:=\s*(.+):\s*$/.exec(lines[inside] ?? '');
  if (walrus) {
    const [, spaces, open, name, value = ''] = walrus;
    lines[inside] = `${spaces}for ${name} in [${open === '(' ? value.replace(/\)$/, '') : value}]:`;
    return lines.join('\n');
  }
  let depth = indentOf(lines[inside] ?? '');
  for (let number = inside - 1; number >= 0; number--) {
    const line = lines[number] ?? '';
    if (line.trim() === '' || indentOf(line) >= depth) continue;
    depth = indentOf(line);
    if (/^\s*(?:async\s+)?(?:def|class)\b/.test(line)) return undefined;
    if (!/^\s*while\b.*:/.test(line)) continue;
    // One that accepts or waits for many is not the one around recv().
    const between = lines.slice(number, inside).join('\n');
    if (about === 'client' && /\.accept\(|\.select\(|\.poll\(/.test(between)) return undefined;
    lines[number] = line.replace(/while\b.*:/, 'for once in range(1):');
    return lines.join('\n');
  }
  return undefined;
}
