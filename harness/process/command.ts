import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgsStringToArgv } from 'string-argv';

/** Splits a command line into words as a shell would, quotes understood and nothing expanded. */
export function splitCommand(command: string, shell: boolean): string[] {
  return shell ? ['/bin/sh', '-c', command] : parseArgsStringToArgv(command);
}

/**
 * Where a command is: a name is looked up in the search path, anything with a slash is taken from
 * the folder. Undefined when there is no such file that can be executed and that fits.
 */
export function findCommand(
  command: string,
  { cwd, searchPath }: { cwd: string; searchPath: string },
  fits: (file: string) => boolean = () => true,
): string | undefined {
  if (command.includes('/')) {
    const file = path.resolve(cwd, command);
    return executable(file) && fits(file) ? file : undefined;
  }
  return searchPath
    .split(path.delimiter)
    .map((folder) => path.join(folder, command))
    .find((file) => executable(file) && fits(file));
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
