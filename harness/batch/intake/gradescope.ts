import { parse } from 'yaml';
import type { Student } from '../types.ts';
import { type Source, student } from './source.ts';

const FOLDER = /^submission_(\d+)$/;
const METADATA = 'submission_metadata.yml';

interface Metadata {
  readonly [submission: string]: {
    readonly ':submitters'?: readonly { readonly [key: string]: unknown }[];
    readonly ':created_at'?: unknown;
  } | null;
}

/** Gradescope's export: `submission_<id>/`, and in `submission_metadata.yml` who handed it in, and when. */
export const gradescope: Source = {
  title: 'Gradescope',
  sidecars: /^submission_metadata\.yml$/,
  async read(entries, readFile) {
    const folders = entries.filter(({ name, folder }) => folder && FOLDER.test(name));
    if (folders.length === 0 || !entries.some(({ name }) => name === METADATA)) return [];
    const metadata = readMetadata(await readFile(METADATA));
    return folders.map(({ name: entry }) => {
      const about = metadata[entry];
      const students = (about?.[':submitters'] ?? []).map(submitter);
      const [first] = students;
      const who = first?.ids.sid ?? first?.ids.email ?? first?.name;
      const at = time(about?.[':created_at']);
      return {
        key: who ?? entry,
        label: students.map(({ name }) => name).join(' and ') || entry,
        students: students.length > 0 ? students : [{ ids: {} }],
        entry,
        attempt: `${at ?? ''} ${(FOLDER.exec(entry)?.[1] ?? '').padStart(20, '0')}`,
        ...(at === undefined ? {} : { at }),
      };
    });
  },
};

/** Ruby writes its symbols with a colon in front and its own tags, which say nothing here. */
function readMetadata(text: string): Metadata {
  try {
    const read: unknown = parse(text, { logLevel: 'silent', maxAliasCount: 10_000 });
    return typeof read === 'object' && read !== null ? (read as Metadata) : {};
  } catch {
    return {};
  }
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
