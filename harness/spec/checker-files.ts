import type { Json, JsonObject } from '../model/index.ts';
import { isTemplate } from '../steps/template.ts';

interface Tools {
  /** Reads a file beside the specification; a string is the reason why it can't be read. */
  readonly load: (name: string) => Uint8Array | string;
  readonly complain: (message: string, fix?: string) => void;
}

/**
 * The arguments of a check by a command with the files that it is made of: those beside the specification that the command
 * names, and those that it lists.
 */
export function withCheckerFiles(args: JsonObject, { load, complain }: Tools): JsonObject {
  const { command } = args;
  if (command === undefined || command === null || Array.isArray(command)) return args;
  if (isTemplate(command)) {
    complain('"command" must be known before anything runs', 'use a parameter or a matrix');
    return args;
  }
  const written: JsonObject = typeof command === 'object' ? (command as JsonObject) : { run: command };
  const { run, files: listed = [] } = written;
  if (typeof run !== 'string') return args;
  const files: Record<string, Json> = {};
  const add = (name: string, isNeeded: boolean) => {
    if (name.startsWith('/') || name.split('/').includes('..')) {
      if (isNeeded) complain(`"${name}" is no file below the folder of this specification`);
      return;
    }
    const loaded = load(name);
    if (typeof loaded !== 'string') files[name] = Buffer.from(loaded).toString('base64');
    else if (isNeeded) complain(`the file "${name}" can't be read: ${loaded}`);
  };
  for (const [, double, single, bare] of run.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
    const word = double ?? single ?? bare ?? '';
    if (/^[^-/].*[./]/.test(word)) add(word, false);
  }
  if (Array.isArray(listed)) for (const name of listed as Json[]) add(String(name), true);
  else if (typeof listed === 'object') return args;
  else complain('"files" is a list of files', 'write files: [checks/common.py]');
  return { ...args, command: { ...written, files } };
}
