/** What a text begins and ends with; `many` lines or one, and `raw` where a backslash is one. */
interface Quote {
  readonly mark: string;
  readonly many?: boolean;
  readonly raw?: boolean;
}

/** How a language marks what is no code, and how it names what it uses. */
interface Language {
  readonly endings: readonly string[];
  /** What begins a comment that ends with its line. */
  readonly lineComments: readonly string[];
  readonly blockComment?: readonly [string, string];
  /** What begins and ends a text: longer ones first. `many` ones go on over the end of a line. */
  readonly quotes: readonly Quote[];
  /** `${…}` in a text with this mark is code. */
  readonly inserts?: string;
  /** Patterns whose first group names a module; they begin in code, and the name may be a text. */
  readonly modules: readonly RegExp[];
}

const DOUBLE = { mark: '"' };
const SINGLE = { mark: "'" };
const SLASHES = { lineComments: ['//'], blockComment: ['/*', '*/'] } as const;

const LANGUAGES: readonly Language[] = [
  {
    endings: ['.py', '.pyw'],
    lineComments: ['#'],
    quotes: [{ mark: '"""', many: true }, { mark: "'''", many: true }, DOUBLE, SINGLE],
    modules: [/\b(?:__import__|import_module)\s*\(\s*["']([\w.]+)["']/g],
  },
  {
    endings: ['.c', '.h', '.cc', '.cpp', '.cxx', '.hpp', '.hh', '.m'],
    ...SLASHES,
    quotes: [DOUBLE, SINGLE],
    modules: [/#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]/g],
  },
  {
    endings: ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx'],
    ...SLASHES,
    quotes: [DOUBLE, SINGLE, { mark: '`', many: true }],
    inserts: '`',
    modules: [
      /\b(?:require|import)\s*\(\s*["'`]([^"'`\n]+)["'`]/g,
      /\b(?:from|import)\s*["']([^"'\n]+)["']/g,
    ],
  },
  {
    endings: ['.java', '.kt', '.kts', '.scala', '.groovy', '.cs', '.swift'],
    ...SLASHES,
    quotes: [{ mark: '"""', many: true }, DOUBLE, SINGLE],
    modules: [/\b(?:import|using)\s+(?:static\s+)?([\w.]+)/g],
  },
  {
    endings: ['.go'],
    ...SLASHES,
    quotes: [DOUBLE, SINGLE, { mark: '`', many: true, raw: true }],
    modules: [/\bimport\s+(?:[\w.]+\s+)?["`]([^"`\n]+)["`]/g],
  },
  { endings: ['.rs'], ...SLASHES, quotes: [DOUBLE], modules: [/\buse\s+([\w:]+)/g] },
  {
    endings: ['.rb', '.pl', '.pm', '.sh', '.bash', '.tcl', '.lua'],
    lineComments: ['#'],
    quotes: [DOUBLE, SINGLE],
    modules: [/\b(?:require|require_relative|load)\s*\(?\s*["']([^"'\n]+)["']/g, /\buse\s+([\w:]+)/g],
  },
  {
    endings: ['.php'],
    lineComments: ['//', '#'],
    blockComment: ['/*', '*/'],
    quotes: [DOUBLE, SINGLE],
    modules: [/\b(?:require|include)(?:_once)?\s*\(?\s*["']([^"'\n]+)["']/g, /\buse\s+([\w\\]+)/g],
  },
];

/** Whether a file is source code of a language that is known, by the ending of its name. */
export function isSource(name: string): boolean {
  return languageOf(name) !== undefined;
}

function languageOf(name: string): Language | undefined {
  const lower = name.toLowerCase();
  return LANGUAGES.find(({ endings }) => endings.some((ending) => lower.endsWith(ending)));
}

/** What a source file says to a compiler. */
export interface Code {
  /** The whole, with blanks for comments and texts. */
  readonly code: string;
  /** What it imports, each with the offset of where. */
  readonly modules: readonly { readonly name: string; readonly at: number }[];
  /** As it stands in the file. */
  readonly text: string;
}

/** Reads a source file, in whatever encoding compilers read it. */
export function readCode(name: string, bytes: Uint8Array): Code | undefined {
  const language = languageOf(name);
  if (language === undefined) return undefined;
  // Python takes compatible characters for the plain ones, Java and JavaScript read \\u0068 as h.
  const text = decoded(Buffer.from(bytes))
    .normalize('NFKC')
    .replace(/\\u+00([2-7][0-9a-fA-F])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const { code: plain, withTexts } = blanked(text, language);
  // A line of Python goes on behind a backslash.
  const code = plain.replace(/\\\r?\n/g, (end) => ' '.repeat(end.length));
  const found = language.modules.flatMap((pattern) =>
    [...withTexts.matchAll(pattern)]
      // In a text it is no import.
      .filter(({ index }) => plain[index] === withTexts[index])
      .map((match) => ({ name: (match[1] ?? '').replace(/^node:/, ''), at: match.index })),
  );
  const more = language.endings.includes('.py')
    ? pythonImports(code)
    : language.endings.includes('.go')
      ? goImports(code, withTexts)
      : [];
  return { code, modules: [...found, ...more], text };
}

function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
}

/** The text with blanks for comments, and with blanks for texts as well; both are as long as it is. */
function blanked(
  text: string,
  { lineComments, blockComment, quotes, inserts }: Language,
): { readonly code: string; readonly withTexts: string } {
  const code = text.split('');
  const withTexts = text.split('');
  const blank = (from: number, to: number, isText: boolean) => {
    for (let at = from; at < to; at += 1) {
      if (code[at] === '\n') continue;
      code[at] = ' ';
      if (!isText) withTexts[at] = ' ';
    }
  };
  /** How many braces are open in each `${…}` that is open. */
  const open: number[] = [];
  let at = 0;
  const inText = (quote: Pick<Quote, 'mark' | 'many' | 'raw'>, from: number) => {
    const { end, isInsert } = textEnd(text, from, quote, inserts);
    blank(from, Math.min(end, text.length), true);
    if (isInsert) open.push(0);
    if (isInsert) return end + 2;
    return text.startsWith(quote.mark, end) ? end + quote.mark.length : end;
  };
  while (at < text.length) {
    if (closesInsert(open, text[at])) {
      at = inText({ mark: inserts ?? '', many: true }, at + 1);
      continue;
    }
    const isSlash = inserts !== undefined && text[at] === '/';
    const pattern = isSlash && beginsPattern(code, at) ? patternEnd(text, at) : undefined;
    if (pattern !== undefined) {
      blank(at, pattern, true);
      at = pattern;
      continue;
    }
    const quote = quotes.find(({ mark }) => text.startsWith(mark, at));
    if (quote) {
      at = inText(quote, at + quote.mark.length);
      continue;
    }
    const end = commentEnd(text, at, lineComments, blockComment);
    if (end !== undefined) blank(at, end, false);
    at = end ?? at + 1;
  }
  return { code: code.join(''), withTexts: withTexts.join('') };
}

/** Where a text ends that has begun before: at its mark, at the end of the line, or where `${` opens an insert. */
function textEnd(
  text: string,
  from: number,
  { mark, many = false, raw = false }: Pick<Quote, 'mark' | 'many' | 'raw'>,
  inserts: string | undefined,
): { readonly end: number; readonly isInsert: boolean } {
  let end = from;
  while (end < text.length) {
    const char = text[end];
    if (char === '\\' && !raw) end += 2;
    else if (text.startsWith(mark, end) || (char === '\n' && !many)) break;
    else if (mark === inserts && text.startsWith('${', end)) return { end, isInsert: true };
    else end += 1;
  }
  return { end, isInsert: false };
}

/** Counts a brace within `${…}`; true when it closes the innermost one, which is taken off. */
function closesInsert(open: number[], char: string | undefined): boolean {
  const last = open.length - 1;
  const depth = open[last];
  if (depth === undefined) return false;
  if (char === '{') open[last] = depth + 1;
  if (char !== '}') return false;
  if (depth === 0) open.pop();
  else open[last] = depth - 1;
  return depth === 0;
}

/** Where a comment ends that begins here; nothing where none does. */
function commentEnd(
  text: string,
  at: number,
  lineComments: Language['lineComments'],
  block: Language['blockComment'],
): number | undefined {
  const to = (end: number, length: number) => (end === -1 ? text.length : end + length);
  if (lineComments.some((mark) => text.startsWith(mark, at))) return to(text.indexOf('\n', at), 0);
  if (block && text.startsWith(block[0], at)) return to(text.indexOf(block[1], at + 2), 2);
  return undefined;
}

/** Whether a slash begins a regular expression of JavaScript, by what stands before it: no value does. */
function beginsPattern(code: readonly string[], at: number): boolean {
  let before = at - 1;
  while (before >= 0 && /\s/.test(code[before] ?? '')) before -= 1;
  if (before < 0 || /[(,=:[!&|?{};+\-*%<>~^]/.test(code[before] ?? '')) return true;
  const word = /(?:^|[^\w$.])(return|typeof|case|in|of|do|else|void|delete|throw|new)$/;
  return word.test(code.slice(Math.max(0, before - 12), before + 1).join(''));
}

/** Where a regular expression ends that begins at a slash; nothing where the line ends before. */
function patternEnd(text: string, at: number): number | undefined {
  if (text[at + 1] === '/' || text[at + 1] === '*') return undefined;
  let inClass = false;
  for (let end = at + 1; end < text.length && text[end] !== '\n'; end += 1) {
    const char = text[end];
    if (char === '\\') end += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return end + 1;
  }
  return undefined;
}

/** `import a.b as c, d` and `from a import (b, c)`: a.b, d; a, a.b, a.c. */
function pythonImports(code: string): { name: string; at: number }[] {
  const found: { name: string; at: number }[] = [];
  for (const match of code.matchAll(/(?:^|[\n;:])[ \t]*import[ \t]+([^\n;]+)/g))
    for (const part of (match[1] ?? '').split(','))
      found.push({ name: firstName(part), at: match.index + match[0].indexOf('import') });
  for (const match of code.matchAll(/(?:^|[\n;:])[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t(]+/g)) {
    const from = match[1] ?? '';
    const begin = match.index + match[0].length;
    const isList = match[0].trimEnd().endsWith('(');
    const end = code.indexOf(isList ? ')' : '\n', begin);
    const names = code.slice(begin, end === -1 ? code.length : end).split(/[,;]/);
    const at = match.index + match[0].indexOf('from');
    found.push({ name: from, at }, ...names.map((name) => ({ name: `${from}.${firstName(name)}`, at })));
  }
  return found.filter(({ name }) => name !== '');
}

function firstName(text: string): string {
  return /^[\s\\]*([\w.]+)/.exec(text)?.[1] ?? '';
}

/** The texts in `import ( … )`. */
function goImports(code: string, withTexts: string): { name: string; at: number }[] {
  return [...code.matchAll(/\bimport\s*\(/g)].flatMap(({ index }) => {
    const end = code.indexOf(')', index);
    const block = withTexts.slice(index, end === -1 ? code.length : end);
    return [...block.matchAll(/["`]([^"`\n]+)["`]/g)].map((match) => ({
      name: match[1] ?? '',
      at: index + match.index,
    }));
  });
}

/** Where a source names something: as a module that it imports, or in its code; offsets in order. */
export function usesOf({ code, modules }: Code, name: string): readonly number[] {
  const isIn = (module: string) =>
    module === name || [' ', '.', '/', '::', '\\'].some((mark) => module.startsWith(`${name}${mark}`));
  const escaped = name
    .split(/(\.|::)/)
    .map((part) => {
      const literal = part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return part === '.' || part === '::' ? `\\s*${literal}\\s*` : literal;
    })
    .join('');
  const inCode = [...code.matchAll(new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`, 'g'))].map(
    ({ index }) => index,
  );
  const imported = modules.filter((module) => isIn(module.name)).map(({ at }) => at);
  return [...new Set([...imported, ...inCode])].sort((a, b) => a - b);
}
