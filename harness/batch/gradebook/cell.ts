import { stringify } from 'csv-stringify/sync';

/** Beginnings that spreadsheets take for a formula, with what they may stand behind. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]./su;
const NUMBER = /^[+-]?\d+([.,]\d+)?$/;
/** Tabs and line ends can move a cell's content to the next one. */
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/** A cell that no spreadsheet runs: what looks like a formula gets an apostrophe in front, a number stays one. */
export function cell(text: string): string {
  const plain = text.replace(CONTROLS, ' ');
  return FORMULA.test(plain) && !NUMBER.test(plain) ? `'${plain}` : plain;
}

/** A grade, or nothing where there is none. */
export function grade(points: number | undefined): string {
  return points === undefined ? '' : String(Math.round(points * 100) / 100);
}

/** A table as CSV after RFC 4180, every cell made harmless. */
export function csv(rows: readonly (readonly string[])[]): string {
  return stringify(rows.map((row) => row.map(cell)));
}
