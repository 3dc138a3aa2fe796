import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { SYSTEM, seesInEtc } from './bubblewrap.ts';

/** Why a command that is there can't be seen from inside a sandbox; undefined when it can. */
export function hiddenReason(file: string, cwd: string, visible: readonly string[]): string | undefined {
  const places = [...SYSTEM, ...visible];
  const below = (name: string, place: string) => name === place || name.startsWith(`${place}/`);
  const isVisible = (name: string) =>
    seesInEtc(name) || [cwd, ...places].some((place) => below(name, place) || below(name, realOf(place)));
  const real = realpathSync(file);
  // The interpreter of a virtual environment is a link: it is there when all that it leads over is.
  if ([...linksFrom(file), real].every(isVisible)) return undefined;
  const where = real === file ? file : `${file} (${real})`;
  return `${path.basename(file)} is only at ${where}, which isolated programs can't see: install it below /usr, or give its folder with --expose`;
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
