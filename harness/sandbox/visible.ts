import { realpathSync } from 'node:fs';
import path from 'node:path';
import { SYSTEM } from './bubblewrap.ts';

/** Why a command that is there can't be seen from inside a sandbox; undefined when it can. */
export function hiddenReason(file: string, cwd: string, visible: readonly string[]): string | undefined {
  const places = [...SYSTEM, ...visible];
  const below = (name: string, place: string) => name === place || name.startsWith(`${place}/`);
  const real = realpathSync(file);
  if (below(file, cwd) && below(real, realpathSync(cwd))) return undefined;
  const isVisible = (name: string) =>
    places.some((place) => below(name, place) || below(name, realOf(place)));
  if (isVisible(file) && isVisible(real)) return undefined;
  const where = real === file ? file : `${file} (${real})`;
  return `${path.basename(file)} is only at ${where}, which isolated programs can't see: install it below /usr, or give its folder with --expose`;
}

function realOf(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    return place;
  }
}
