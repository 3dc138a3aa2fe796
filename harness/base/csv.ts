import { stringify } from 'csv-stringify/sync';

/**
 * Where spreadsheets take what follows for a formula: at the beginning of a cell, and behind a semicolon, which separates
 * cells for some of them even within quotes.
 */
const FORMULA = /(^|;)(?=[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20][^;])(?![+-]?\d+(?:[.,]\d+)?(?:;|$))/gu;
/** Tabs and line ends can move a cell's content to the next one. */
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/** A cell that no spreadsheet runs: what looks like a formula gets an apostrophe in front, a number stays one. */
export function cell(text: string): string {
  return text.replace(CONTROLS, ' ').replace(FORMULA, "$1'");
}

/** A table as CSV after RFC 4180, every cell made harmless; what separates cells anywhere is in quotes. */
export function csv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => row.map(cell)),
    { quoted_match: /;/ },
  );
}

/** A table for people: the mark in front tells spreadsheets that it is UTF-8, which they would else read as something older. */
export function csvFile(rows: readonly (readonly string[])[]): string {
  return `\ufeff${csv(rows)}`;
}
