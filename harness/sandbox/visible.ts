import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { SYSTEM, seesInEtc } from './bubblewrap.ts';

/** Why a command that is there can't be seen from inside a sandbox, with what helps; undefined when it can. */
export function hiddenReason(file: string, cwd: string, visible: readonly string[]): string | undefined {
  const places = [...SYSTEM, ...visible];
  const isVisible = (name: string) =>
    seesInEtc(name) || [cwd, ...places].some((place) => isBelow(name, place) || isBelow(name, realOf(place)));
  const real = realpathSync(file);
  // The interpreter of a virtual environment is a link: it is there when all that it leads over is.
  const hidden = [...linksFrom(file), real].filter((name) => !isVisible(name));
  if (hidden.length === 0) return undefined;
  const where = real === file ? file : `${file} (${real})`;
  return `${path.basename(file)} is only at ${where}, which isolated programs can't see: install it below /usr, or ${remedy(file, hidden)}`;
}

/** What lets programs see a command: folders to expose, and where a version manager stands in between, a search path. */
function remedy(file: string, hidden: readonly string[]): string {
  const installed = installedBehind(file);
  if (installed !== undefined)
    return `start the grader with PATH=${path.dirname(installed)}:$PATH and --expose ${prefixOf(installed)}`;
  const folders = [...new Set(hidden.map(prefixOf))];
  const outermost = folders.filter(
    (each) => !folders.some((other) => other !== each && isBelow(each, other)),
  );
  return `give ${outermost.map((folder) => `--expose ${folder}`).join(' ')}`;
}

/** Folders of version managers whose commands only start those of a version, and where each keeps its versions. */
const MANAGERS: readonly (readonly [folder: RegExp, versions: readonly string[]])[] = [
  [/^(.*\/\.?(?:py|rb|nod)env)\/shims$/, ['versions/*/bin']],
  [/^(.*\/\.?asdf)\/shims$/, ['installs/*/*/bin']],
  [/^(.*\/mise)\/shims$/, ['installs/*/*/bin']],
  [/^(.*)\/\.cargo\/bin$/, ['.rustup/toolchains/*/bin']],
  [/^(.*\/\.volta)\/bin$/, ['tools/image/*/*/bin', 'tools/image/*/*']],
];

/** The command of a version that a version manager would start. */
function installedBehind(file: string): string | undefined {
  for (const [folder, versions] of MANAGERS) {
    const root = folder.exec(path.dirname(file))?.[1];
    if (root === undefined) continue;
    const found = versions.flatMap((pattern) => expand(root, pattern.split('/')));
    return found.map((each) => path.join(each, path.basename(file))).find((each) => existsSync(each));
  }
  return undefined;
}

/** The folders that a pattern stands for, the latest names first. */
function expand(folder: string, [first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return [folder];
  if (first !== '*') return expand(path.join(folder, first), rest);
  return namesIn(folder).flatMap((name) => expand(path.join(folder, name), rest));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/** The folder that a command was installed to, with its libraries: that above `bin`. */
function prefixOf(file: string): string {
  const folder = path.dirname(file);
  return path.basename(folder) === 'bin' && folder.split('/').length > 2 ? path.dirname(folder) : folder;
}

function isBelow(name: string, place: string): boolean {
  return name === place || name.startsWith(`${place}/`);
}

/** A file, and each that it leads to as a link, one after another. */
function linksFrom(file: string): string[] {
  const found = [file];
  for (let at = file; found.length < MOST_LINKS && lstatSync(at).isSymbolicLink(); ) {
    at = path.resolve(path.dirname(at), readlinkSync(at));
    found.push(at);
  }
  return found;
}

/** Linux follows no more of them in one name, see path_resolution(7). */
const MOST_LINKS = 40;

function realOf(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    return place;
  }
}
