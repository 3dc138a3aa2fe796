import type { Cause } from '../../../model/index.ts';
import { programError } from '../../../steps/program-error/index.ts';
import type { Evidence } from '../evidence.ts';
import { saysAny } from '../evidence.ts';
import type { CauseRow } from '../row.ts';
import { ADDRESSES } from './addresses.ts';
import { CONNECTIONS } from './connections.ts';
import { LOADING } from './loading.ts';
import type { ErrorRow } from './row.ts';
import { MEMORY, REFUSED, STARTED } from './system.ts';
import { TEXT } from './text.ts';
import { MISUSED, VALUES } from './values.ts';

/** Findings that what the program printed can't explain better: bytes, and states that were watched. */
const NOT_FROM_WORDS: readonly Cause[] = [
  'spinning',
  'polling',
  'swapped_port',
  'udp',
  'state',
  'trailing_nul',
  'cut_at_nul',
  'extra_newline',
  'missing_newline',
  'decoded',
  'duplicated',
  'crlf',
  'lf',
];

/** The first that fits counts, so what is more special stands first. */
const ROWS: readonly ErrorRow[] = [
  ...TEXT,
  ...ADDRESSES,
  ...CONNECTIONS,
  ...LOADING,
  ...VALUES,
  ...STARTED,
  ...MISUSED,
  ...MEMORY,
  ...REFUSED,
];

function fits(row: ErrorRow, seen: Evidence): boolean {
  return !NOT_FROM_WORDS.includes(seen.cause) && (row.when?.(seen) ?? true);
}

/** What belongs to an error whose place is known: the place. */
function where(seen: Evidence): Readonly<Record<string, string>> {
  const place = seen.complaint?.error?.place;
  const socket = seen.role === 'server' ? '{accepted socket}' : 'the socket that is connected';
  return {
    where: place === undefined ? '' : `See line ${place.line} of ${place.file}.`,
    peer: seen.peer,
    'connected socket': socket,
    list: seen.instance?.packages?.list ?? '',
    packages: seen.instance?.packages?.names.join(', ') ?? '',
  };
}

/** Errors that programs ended with. */
export const ERRORS: readonly CauseRow[] = ROWS.map((row) => ({
  id: row.id,
  certainty: 'proved',
  when: (seen) => fits(row, seen) && seen.complains(row.text, row.beside),
  hint: row.hint,
  values: where,
}));

/** An exception that nothing more is known of, and complaints that may be mere remarks. */
export const OTHER_ERRORS: readonly CauseRow[] = [
  {
    id: 'uncaught_exception',
    certainty: 'proved',
    when: (seen) =>
      !NOT_FROM_WORDS.includes(seen.cause) &&
      seen.complaint?.error?.place !== undefined &&
      !/KeyboardInterrupt/.test(seen.complaint.error.name),
    hint: 'Correct line {line} of {file}, or catch the exception there: {name} ended {what}{message}.',
    values: ({ complaint }) => {
      const { error } = complaint ?? {};
      return {
        line: String(error?.place?.line ?? ''),
        file: error?.place?.file ?? '',
        name: error?.name ?? '',
        what: error?.inThread ? 'this thread' : 'the program',
        message: error?.message ? ` (${error.message.slice(0, 120)})` : '',
      };
    },
  },
  {
    id: 'complaint',
    certainty: 'likely',
    when: (seen) => remarked(seen) !== undefined,
    hint: (seen) => remarked(seen)?.hint ?? '',
    values: where,
  },
];

/** What a server runs into whose client has left; where that is still there, it has closed the connection itself. */
const OF_THOSE_WHO_LEFT: readonly string[] = ['reset_unhandled', 'broken_pipe_unhandled'];

/** The row for something that the program printed without having ended with it. */
export function remarked(seen: Evidence): ErrorRow | undefined {
  const { complaint } = seen;
  if (!complaint || complaint.certain) return undefined;
  return ROWS.find(
    (row) =>
      fits(row, seen) &&
      !(OF_THOSE_WHO_LEFT.includes(row.id) && seen.role === 'server' && !seen.clientHadLeft) &&
      saysAny(complaint.text, row.text) &&
      (!row.beside || saysAny(complaint.text, row.beside)),
  );
}

/** The row for a text that a program has printed, wherever it stands in the run. */
export function errorRow(printed: string): ErrorRow | undefined {
  const error = programError(printed);
  const subject = error === undefined ? printed : `${error.name}: ${error.message}`;
  return ROWS.find((row) => saysAny(subject, row.text) && (!row.beside || saysAny(printed, row.beside)));
}
