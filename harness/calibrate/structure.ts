/** A loop in a source text of a language with braces. */
export interface Loop {
  readonly keyword: string;
  readonly start: number;
  /** Where the parentheses of its head begin and end, both included in `[open, close)`. */
  readonly open: number;
  readonly close: number;
  readonly end: number;
}

/** The same text with comments and what is in quotes blanked out, so that brackets can be counted. */
export function blank(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (text) =>
    text.replace(/[^\n]/g, ' '),
  );
}

/** Where the bracket at a place is closed again: behind it. */
export function closing(code: string, at: number): number {
  let depth = 0;
  for (let here = at; here < code.length; here++) {
    if (/[([{]/.test(code[here] ?? '')) depth++;
    else if (/[)\]}]/.test(code[here] ?? '') && --depth === 0) return here + 1;
  }
  return code.length;
}

/** Where the statement that begins at a place ends: a block, one with a head, or one with a semicolon. */
export function endOfStatement(code: string, at: number): number {
  const start = skip(code, at);
  if (code[start] === '{') return closing(code, start);
  const rest = code.slice(start);
  const head = /^(?:if|while|for|switch)\b\s*(?=\()/.exec(rest);
  if (head) {
    const end = endOfStatement(code, closing(code, start + head[0].length));
    const other = /^\s*else\b/.exec(code.slice(end));
    return head[0].startsWith('if') && other ? endOfStatement(code, end + other[0].length) : end;
  }
  if (/^do\b/.test(rest)) return afterSemicolon(code, endOfStatement(code, start + 2));
  return afterSemicolon(code, start);
}

function skip(code: string, at: number): number {
  return at + (/^\s*/.exec(code.slice(at))?.[0].length ?? 0);
}

function afterSemicolon(code: string, at: number): number {
  for (let here = at; here < code.length; here++) {
    if (code[here] === ';') return here + 1;
    if (/[([{]/.test(code[here] ?? '')) here = closing(code, here) - 1;
  }
  return code.length;
}

/** The loops with a head in front that hold a place, the innermost first. */
export function loopsAround(source: string, at: number): Loop[] {
  const code = blank(source);
  return [...code.matchAll(/\b(while|for)\s*\(/g)]
    .map((match) => {
      const open = match.index + match[0].length - 1;
      const close = closing(code, open);
      const end = endOfStatement(code, match.index);
      return { keyword: match[1] ?? '', start: match.index, open, close, end };
    })
    .filter(({ start, end }) => start < at && at < end)
    .reverse();
}

/** The parts of what stands in the head of a loop: one of `while`, three of `for`. */
export function headOf(source: string, { open, close }: Loop): string[] {
  return source
    .slice(open + 1, close - 1)
    .split(';')
    .map((part) => part.trim());
}

/** Makes a loop go round only once, in C or Java; what it begins and ends with stays. */
export function once(source: string, loop: Loop): string {
  const head = headOf(source, loop);
  const [init, condition = '', step] = loop.keyword === 'for' ? head : ['', head[0]];
  const turn = `once_-- > 0 && (${condition === '' ? '1 == 1' : condition})`;
  const inner = loop.keyword === 'for' ? `for (${init}; ${turn}; ${step})` : `while (${turn})`;
  return `${source.slice(0, loop.start)}for (int once_ = 1; once_ > 0; once_ = 0) ${inner}${source.slice(loop.close)}`;
}
