/** Control characters, halves of surrogate pairs, what reorders text, and what XML forbids. */
const UNSAFE =
  /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text on one line, at most `max` characters before escaping, with everything that does not show escaped. */
export function plainLine(text: string, max = 500): string {
  return cut(text, max).replace(UNSAFE, escaped);
}

/** The same with its line breaks kept. */
export function plainText(text: string, max: number): string {
  return cut(text, max).replace(UNSAFE, (character) => (character === '\n' ? '\n' : escaped(character)));
}

/**
 * Text that may hold what strangers wrote (names, messages of the system) as it is safe to print on a terminal and in the
 * log of a CI system: line breaks are kept, all else that does not show is escaped.
 */
export function printable(text: string): string {
  return escapeCommands(plainText(text, Number.POSITIVE_INFINITY));
}

/** At most `max` characters of a text, and how many it has; no pair is cut in two. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (the beginning of ${text.length} characters)`;
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  const hex = code.toString(16);
  return SHORT[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
}

/**
 * Makes what continuous integration would take for a command of its own plain text: `::error::` and the like at the
 * beginning of a line, `##[…]` and `##vso[…]` anywhere. The first character gets a backslash.
 */
export function escapeCommands(text: string): string {
  return text.replace(/^(\s*)(?=::[\w-]+( [^\n]*?)?::)/gm, '$1\\').replace(/(?<!\\)#(?=#(\[|vso\[))/g, '\\#');
}
