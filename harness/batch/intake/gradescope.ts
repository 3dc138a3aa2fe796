import { parseDocument } from 'yaml';
import { defined } from '../../base/defined.ts';
import { UserError } from '../../base/user-error.ts';
import type { Student } from '../types.ts';
import { type Entry, type Piece, type Reading, type Source, student } from './source.ts';

const FOLDER = /^submission_(\d+)$/;
const METADATA = 'submission_metadata.yml';

interface Metadata {
  readonly [submission: string]: unknown;
}

/** Gradescope's export: `submission_<id>/`, and in `submission_metadata.yml` who handed it in, and when. */
export const gradescope: Source = {
  title: 'Gradescope',
  sidecars: /^submission_metadata\.yml$/,
  async read(entries, { readFile }) {
    const folders = entries.filter(({ name, folder }) => folder && FOLDER.test(name));
    if (folders.length === 0) return { pieces: [] };
    if (!entries.some(({ name }) => name === METADATA)) return withoutMetadata(folders);
    const metadata = readMetadata(await readFile(METADATA));
    const pieces = folders.map(({ name: entry }): Piece => {
      const about = metadata[entry];
      const students = submitters(about);
      const [first] = students;
      // Two students may have one name.
      const who = first?.ids.sid ?? first?.ids.email;
      const at = isMap(about) ? time(about[':created_at']) : undefined;
      return {
        key: who ?? entry,
        label: students.map(({ name }) => name).join(' and ') || entry,
        students: students.length > 0 ? students : [{ ids: {} }],
        entry,
        attempt: `${at ?? ''} ${(FOLDER.exec(entry)?.[1] ?? '').padStart(20, '0')}`,
        ...defined({ at }),
        ...(students.length > 0 ? {} : { remark: `${METADATA} does not tell whose it is` }),
      };
    });
    const known = new Set(folders.map(({ name }) => name));
    const missing = Object.keys(metadata)
      .filter((name) => FOLDER.test(name) && !known.has(name))
      .map((name) => ({ name, why: `it is in ${METADATA}, but its folder is not in the download` }));
    return { pieces, missing };
  },
};

/** Each folder is a submission, but only its number is known. */
function withoutMetadata(folders: readonly Entry[]): Reading {
  const pieces = folders.map(
    ({ name: entry }): Piece => ({ key: entry, label: entry, students: [{ ids: {} }], entry, attempt: '' }),
  );
  const why = "Gradescope's export comes with it, and without it the submissions belong to no student";
  return { pieces, missing: [{ name: METADATA, why: `it is missing: ${why}` }] };
}

/** Ruby writes its symbols with a colon in front and its own tags, which say nothing here. */
function readMetadata(text: string): Metadata {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  const read: unknown = error === undefined ? document.toJS({ maxAliasCount: 10_000 }) : undefined;
  if (isMap(read)) return read;
  const [what = 'it is no map of submissions'] = error?.message.split('\n') ?? [];
  throw new UserError({
    where: METADATA,
    what: `it is broken, so the submissions belong to no student: ${what.replace(/:$/, '')}`,
    fix: 'Download the export again, or grade without names: --from plain.',
  });
}

function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Those that can be shown: what spans several lines is what a broken file makes of a name. */
function submitters(about: unknown): readonly Student[] {
  const list = isMap(about) ? about[':submitters'] : undefined;
  const students = Array.isArray(list) ? list.filter(isMap).map(submitter) : [];
  return students.filter(
    ({ name, ids }) =>
      (name !== undefined || Object.keys(ids).length > 0) &&
      ![name, ...Object.values(ids)].some((text) => text?.includes('\n')),
  );
}

function submitter(fields: { readonly [key: string]: unknown }): Student {
  const text = (key: string) =>
    fields[key] === undefined || fields[key] === null ? undefined : String(fields[key]);
  const [sid, email] = [text(':sid'), text(':email')];
  return student(text(':name'), { ...(sid ? { sid } : {}), ...(email ? { email } : {}) });
}

/** A time as such, or what Rails makes of one: a map with `utc` or `time`. */
function time(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') {
    const { utc, time: local } = value as { utc?: unknown; time?: unknown };
    return time(utc ?? local);
  }
  const date = new Date(String(value).replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
