import { defined } from '../base/defined.ts';
/** Languages whose solutions can be changed automatically, by the endings of their files. */
export const LANGUAGES = {
  python: ['.py'],
  c: ['.c'],
  javascript: ['.js', '.mjs', '.cjs'],
  java: ['.java'],
} as const;
export type Language = keyof typeof LANGUAGES;

/** The changed source; undefined where there is no place for the change; or why it would be no bug there. */
export type Change = string | undefined | { readonly why: string };

/** Why a changed program may behave as the right one does, if there is a reason in this source. */
export type Excuse = (source: string) => string | undefined;

/** A change of the source that makes a real bug of it. */
export interface Mutation {
  readonly name: string;
  readonly language: Language;
  /** What the changed program does wrong, in one sentence. */
  readonly about: string;
  readonly apply: (source: string) => Change;
  /** Why it need not be caught. */
  readonly harmless?: Excuse;
}

/** Makes the mutations of one language from lines of a table. */
export function catalogue(
  language: Language,
  table: readonly (readonly [
    name: string,
    about: string,
    apply: (source: string) => Change,
    harmless?: string | Excuse,
  ])[],
): Mutation[] {
  return table.map(([name, about, apply, harmless]) => ({
    name,
    language,
    about,
    apply,
    ...defined({
      harmless: harmless === undefined ? undefined : typeof harmless === 'string' ? () => harmless : harmless,
    }),
  }));
}

/** What ends only a process of its own is not noticed by others. */
export const inItsOwnProcess: Excuse = (source) =>
  /\bfork\s*\(|\bFork\w*|\bmultiprocessing\b/.test(source)
    ? 'where each client has a process of its own, the end of one does no harm'
    : undefined;

/** The first excuse that there is. */
export const either =
  (...excuses: readonly Excuse[]): Excuse =>
  (source) =>
    excuses.map((excuse) => excuse(source)).find((reason) => reason !== undefined);

/** No change is made of a source in which something is found, for the reason that is given. */
export function unless(
  found: RegExp,
  why: string,
  apply: (source: string) => Change,
): (source: string) => Change {
  return (source) => (found.test(source) ? { why } : apply(source));
}

/** Replaces the first place that matches (all of them with the flag g). */
export function replace(
  pattern: RegExp,
  by: string | ((...groups: string[]) => string),
): (source: string) => string | undefined {
  return (source) => {
    const changed = typeof by === 'string' ? source.replace(pattern, by) : source.replace(pattern, by);
    return changed === source ? undefined : changed;
  };
}

/** Puts lines before or after the first line that matches, with its indentation; `$1` is what the pattern captured. */
export function insert(
  where: 'before' | 'after',
  pattern: RegExp,
  lines: string,
): (source: string) => string | undefined {
  return (source) => {
    const all = source.split('\n');
    const at = all.findIndex((line) => pattern.test(line));
    const line = all[at];
    if (line === undefined) return undefined;
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const groups = pattern.exec(line) ?? [];
    const text = lines
      .replaceAll(/\$(\d)/g, (_, group: string) => groups[Number(group)] ?? '')
      .split('\n')
      .map((each) => indent + each);
    all.splice(where === 'before' ? at : at + 1, 0, ...text);
    return all.join('\n');
  };
}

/** Takes the first line that matches away and puts it after the first one that matches another pattern. */
export function move(line: RegExp, after: RegExp): (source: string) => string | undefined {
  return (source) => {
    const all = source.split('\n');
    const from = all.findIndex((each) => line.test(each));
    const [taken] = from === -1 ? [] : all.splice(from, 1);
    const to = all.findIndex((each) => after.test(each));
    if (taken === undefined || to === -1 || to < from) return undefined;
    const indent = /^\s*/.exec(all[to] ?? '')?.[0] ?? '';
    all.splice(to + 1, 0, indent + taken.trim());
    return all.join('\n');
  };
}

/** A call in a source text. */
export interface Call {
  readonly name: string;
  readonly text: string;
  readonly args: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** All calls of some functions, arguments with parentheses of their own included; declarations are left out. */
export function calls(source: string, names: RegExp): Call[] {
  const found: Call[] = [];
  for (const match of source.matchAll(new RegExp(`(?<![\\w])(${names.source})\\s*\\(`, 'g'))) {
    const open = match.index + match[0].length;
    const args = splitArguments(source, open);
    if (!args) continue;
    const text = source.slice(match.index, args.end);
    const declares = args.list.some((arg) =>
      /^(const )?(int|char|void|size_t|ssize_t|struct)\b(?!\s*[(.])/.test(arg),
    );
    if (!declares)
      found.push({ name: match[1] ?? '', text, args: args.list, start: match.index, end: args.end });
  }
  return found;
}

/** The source with another text in the place of a call. */
export function put(text: string, { start, end }: Pick<Call, 'start' | 'end'>, source: string): string {
  return source.slice(0, start) + text + source.slice(end);
}

/** Replaces the first call that fits by what is made of it. */
export function replaceCall(
  names: RegExp,
  make: (call: Call, source: string) => string | undefined,
): (source: string) => string | undefined {
  return (source) => {
    for (const call of calls(source, names)) {
      const text = make(call, source);
      if (text !== undefined) return put(text, call, source);
    }
    return undefined;
  };
}

function splitArguments(source: string, open: number): { list: string[]; end: number } | undefined {
  const list: string[] = [];
  let depth = 1;
  let from = open;
  for (let at = open; at < source.length; at++) {
    const character = source[at] ?? '';
    if (/["'`]/.test(character)) {
      at = endOfText(source, at);
      continue;
    }
    if (/[([{]/.test(character)) depth++;
    if (/[)\]}]/.test(character)) depth--;
    if (depth === 0 || (depth === 1 && character === ',')) {
      const arg = source.slice(from, at).trim();
      if (arg !== '') list.push(arg);
      from = at + 1;
    }
    if (depth === 0) return { list, end: at + 1 };
  }
  return undefined;
}

/** Where the text ends that begins at `start` with a quote. */
function endOfText(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === source[start]) return at;
  }
  return source.length;
}
