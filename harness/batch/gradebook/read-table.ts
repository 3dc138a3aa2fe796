import { parse } from 'csv-parse/sync';
import { plainLine } from '../../base/plain.ts';
import { readInput } from '../../base/read-input.ts';
import { UserError } from '../../base/user-error.ts';
import { decodeTable, isBinary } from './decode.ts';

/** A table with a heading, as its cells stand there, without white space around them. */
export interface Table {
  readonly columns: readonly string[];
  readonly lines: readonly {
    readonly cells: readonly string[];
    /** Where it stands in the file, counted from 1. */
    readonly line: number;
  }[];
}

/** Longest table, in bytes. */
const MOST_BYTES = 64 * 1024 ** 2;
/** Most characters of a reason: it may quote what was found. */
const LONGEST_REASON = 160;

/** Reads a CSV file; throws a UserError that begins with `what`, which says what the file is to be. */
export function readTable(file: string, what: string, fix: string): Table {
  const fail = (why: string, own = fix): never => {
    throw new UserError({ where: file, what: `${what} ${why}`, fix: own });
  };
  const bytes = readInput(file, MOST_BYTES);
  if (typeof bytes === 'string') return fail(`can't be read: ${bytes}`);
  if (bytes.length > MOST_BYTES) return fail(`is larger than ${MOST_BYTES / 1024 ** 2} MiB`);
  // Excel has a first line of its own to say what separates cells.
  const text = decodeTable(bytes).replace(/^"?sep=."?\r?\n/i, '');
  if (isBinary(text))
    return text.startsWith('PK')
      ? fail('is not a table but an Excel workbook or another archive', 'Save the workbook as CSV.')
      : fail('is not a table: it holds binary data');
  try {
    const records = parse(text, {
      delimiter: delimiterOf(text),
      // Found out by itself it would be whatever ends the first line, and a stray one would make one row of all.
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    const [heading, ...lines] = records.map(({ record, info }) => ({
      cells: record.map((cell) => cell.trim()),
      line: info.lines,
    }));
    return { columns: heading?.cells ?? [], lines };
  } catch (error) {
    return fail(`can't be read as a table: ${plainLine((error as Error).message, LONGEST_REASON)}`);
  }
}

function delimiterOf(text: string): string {
  const end = text.indexOf('\n');
  const line = end === -1 ? text : text.slice(0, end);
  const count = (delimiter: string) => line.split(delimiter).length;
  return [',', ';', '\t'].reduce((a, b) => (count(b) > count(a) ? b : a));
}
