import * as v from 'valibot';
import { certificateFile, payload } from '../match/payload-fields.ts';
import type { Json, JsonObject } from '../model/index.ts';
import { suggest } from '../steps/scope.ts';
import { substitute } from '../steps/template.ts';

export interface FilesOptions {
  readonly params: ReadonlyMap<string, Json>;
  /** Takes note of the parameters that are used. */
  readonly used: Set<string>;
  /** Parameters that are not right, which has been reported already. */
  readonly unsettled: ReadonlySet<string>;
  /** Reads a file beside the specification; a string is the reason why it can't be read. */
  readonly loadFile: (path: string) => Uint8Array | string;
  /** Called with what is wrong with the file of a name. */
  readonly complain: (name: string, message: string, fix?: string) => void;
}

/** What is typed for a program at its start, as a payload: parameters put in, checked and loaded. */
export function readProgramInput(written: JsonObject, options: FilesOptions): Json | undefined {
  const complain = (message: string, fix?: string) => options.complain('', message, fix);
  const filled = fill(written, [], options, complain);
  const checked = v.safeParse(payload, filled);
  const [message = '', fix] = checked.issues?.[0].message.split('\n') ?? [];
  if (!checked.success) complain(`"stdin" ${message}`, fix);
  return checked.success ? filled : undefined;
}

/** The files that a program finds in its folder: names with parameters put in, payloads checked and loaded. */
export function readProgramFiles(written: JsonObject, options: FilesOptions): Record<string, Json> {
  const files: Record<string, Json> = {};
  for (const [key, value] of Object.entries(written)) {
    const complain = (message: string, fix?: string) => options.complain(key, message, fix);
    const name = String(fill(key, [], options, complain));
    const parts = name.split('/');
    if (name === '' || name.startsWith('/') || name.includes('\0') || parts.includes('..')) {
      complain(`"${name}" is no file within the folder of the program`, 'write for instance www/index.html');
      continue;
    }
    const filled = fill(value, [], options, complain);
    const isCertificate =
      filled !== null && typeof filled === 'object' && ('certificate' in filled || 'key' in filled);
    const checked = v.safeParse(isCertificate ? certificateFile : payload, filled);
    const [message = '', fix] = checked.issues?.[0].message.split('\n') ?? [];
    if (checked.success) files[name] = filled;
    else complain(`the content of "${name}" ${message}`, fix);
  }
  return files;
}

function fill(
  value: Json,
  path: readonly string[],
  options: FilesOptions,
  complain: (message: string, fix?: string) => void,
): Json {
  if (typeof value === 'string') {
    const names = [...options.params.keys()];
    const known = (name: string) => {
      options.used.add(name);
      const found = options.params.get(name);
      if (found !== undefined) return { value: found };
      return options.unsettled.has(name) ? { value: 'unknown' } : undefined;
    };
    const filled = substitute(value, known, (name) =>
      complain(`unknown name "${name}"`, suggest(name, names)),
    );
    if (path.at(-1) !== 'file' || typeof filled !== 'string') return filled;
    const loaded = options.loadFile(filled);
    if (typeof loaded !== 'string') return { path: filled, base64: Buffer.from(loaded).toString('base64') };
    complain(`the file "${filled}" can't be read: ${loaded}`, 'the name is relative to this specification');
    return { path: filled, base64: '' };
  }
  if (Array.isArray(value)) return value.map((item: Json) => fill(item, path, options, complain));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fill(item as Json, [...path, key], options, complain)]),
  );
}
