/** Markup that is safe to put into the page as it is: made by `html` and `join` only. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Nothing. */
export const NOTHING = new Markup('');

/** A template whose values are escaped, unless they are markup already. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Markup)[]): Markup {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += (value instanceof Markup ? value.text : escapeText(String(value))) + (parts[index + 1] ?? '');
  });
  return new Markup(text);
}

/** Puts pieces of markup one after the other. */
export function join(pieces: readonly Markup[], between = ''): Markup {
  return new Markup(pieces.map(({ text }) => text).join(between));
}

/** What does not show, moves the cursor, or changes the order of the text around it. */
const UNSEEN = /[^\P{C}\n\t\u200c\u200d]|[\p{Zl}\p{Zp}]/gu;
/** Accents that pile up over other lines. */
const PILE = /(\p{M}{4})\p{M}+/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that a browser takes for text, in an attribute too, with what would not show made visible. */
function escapeText(text: string): string {
  return text
    .replace(UNSEEN, visible)
    .replace(PILE, '$1…')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** At most so many characters, with an ellipsis where something is missing. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(0, most - 1);
  return `${/[\ud800-\udbff]$/.test(end) ? end.slice(0, -1) : end}…`;
}

/** A whole number, its digits in threes: "1,048,576". `toLocaleString` loads 10 ms of tables for that. */
export function grouped(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 byte", "1,048,576 bytes". */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** Points as people write them: `2`, `0.5`, `3.33`. */
export function score(points: number): string {
  return String(Number(points.toFixed(2)));
}
