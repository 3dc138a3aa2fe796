import { html, join, type Markup } from './text.ts';

/** Rows as `hexView` writes them: an offset, 16 bytes, their text. */
const ROW = /^([0-9a-f]{8}: )(.{24})(.{25})(.{0,8})(.{0,8})$/s;
const CARETS = /^\s*\^[\s^]*$/;
const OFFSET_WIDTH = 10;
/** Up to the text, whose spaces at the end of a line are gone. */
const HEX_WIDTH = 59;
const BYTE_WIDTH = 3;
const HALF = 8;

/** Whether a line of evidence is a row of a hex dump, or the carets below one. */
export function isHexDump(line: string): boolean {
  return /^[0-9a-f]{8}:/.test(line) || CARETS.test(line);
}

/**
 * A hex dump whose rows break in the middle where there is no room for 16 bytes. The byte that the carets point to is
 * marked too, since they stand below the wrong half then and are not shown.
 */
export function hexDumpHtml(lines: readonly string[]): Markup {
  const rows = lines.map((line, at) => {
    if (CARETS.test(line)) return html`<span class="carets">${line}\n</span>`;
    const below = lines[at + 1] ?? '';
    return rowHtml(line, CARETS.test(below) ? (below.indexOf('^') - OFFSET_WIDTH) / BYTE_WIDTH : undefined);
  });
  return html`<pre role="group" aria-label="hex dump">${join(rows)}</pre>`;
}

function rowHtml(line: string, marked: number | undefined): Markup {
  const parts = ROW.exec(line.padEnd(HEX_WIDTH));
  if (parts === null) return html`${line}\n`;
  const [, offset = '', low = '', high = '', lowText = '', highText = ''] = parts;
  const inHalf = (half: number) =>
    marked !== undefined && Math.floor(marked / HALF) === half ? marked % HALF : undefined;
  const cell = (kind: string, text: string, at: number | undefined, width: number) =>
    html`<span class="${kind}">${at === undefined ? text : markHtml(text, at * width, Math.min(width, 2))}</span>`;
  return html`<span class="hex"><span class="offset">${offset}</span>${cell('low', low, inHalf(0), BYTE_WIDTH)}${cell('high', high, inHalf(1), BYTE_WIDTH)}${cell('lowtext', lowText, inHalf(0), 1)}${cell('hightext', highText, inHalf(1), 1)}\n</span>`;
}

function markHtml(text: string, at: number, length: number): Markup {
  return html`${text.slice(0, at)}<mark>${text.slice(at, at + length)}</mark>${text.slice(at + length)}`;
}
