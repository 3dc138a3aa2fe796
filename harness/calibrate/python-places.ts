import { type Call, calls, put } from './mutation.ts';

/** A call that receives from a client. */
export interface Receive {
  readonly text: string;
  readonly object: string;
  readonly start: number;
  readonly end: number;
}

const RECEIVE =
  /(?:await\s+([\w.]+)\.(?:read|readline|readuntil|readexactly)|([\w.]+)\.recv|([\w.]*rfile)\.(?:read1?|readline))\([^()]*\)/;

/** What waits for several sockets, so that no call on one of them waits. */
export const POLLS = /\bselectors\b|\bselect\.|\bsetblocking\(False\)/;

export function receiving(source: string): Receive | undefined {
  const match = RECEIVE.exec(source);
  if (!match) return undefined;
  const [text, reader, socket, file] = match;
  const object = reader ?? socket ?? file ?? '';
  return { text, object, start: match.index, end: match.index + text.length };
}

/** The call that sends a client its reply. */
export function reply(
  source: string,
): (Call & { readonly object: string; readonly what: string }) | undefined {
  const streams = /\basyncio\b|\bwfile\b/.test(source) ? ['write'] : [];
  for (const name of ['sendall', 'send', ...streams]) {
    const call = calls(source, new RegExp(String.raw`[\w.]+\.${name}`)).find(
      (each) => each.args.length > 0 && !/^sys\.|^(?:f|file|log)\./.test(each.name),
    );
    if (call) return { ...call, object: call.name.slice(0, -name.length - 1), what: call.args[0] ?? '' };
  }
  return undefined;
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
  const indent = (line: string) => /^\s*/.exec(line)?.[0].length ?? 0;
  const walrus = /^(\s*)while\s+(\(?)(\w+)\s*:=\s*(.+):\s*$/.exec(lines[inside] ?? '');
  if (walrus) {
    const [, spaces, open, name, value = ''] = walrus;
    lines[inside] = `${spaces}for ${name} in [${open === '(' ? value.replace(/\)$/, '') : value}]:`;
    return lines.join('\n');
  }
  let depth = indent(lines[inside] ?? '');
  for (let number = inside - 1; number >= 0; number--) {
    const line = lines[number] ?? '';
    if (line.trim() === '' || indent(line) >= depth) continue;
    depth = indent(line);
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
