import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { PIPE } from './protocol.ts';

/** O_CLOEXEC of open(2), as fdinfo shows it. */
const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes descriptors that whoever started us left open by mistake: programs would inherit them. Node's own are all
 * closed on exec, and so is what it found open up to the first gap.
 */
export function closeLeaked(): void {
  for (const descriptor of descriptors()) {
    if (descriptor <= PIPE || !isInherited(descriptor)) continue;
    try {
      closeSync(descriptor);
    } catch {
      // It was the one that listed them.
    }
  }
}

function descriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}

function isInherited(descriptor: number): boolean {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    const flags = Number.parseInt(/flags:\s*([0-7]+)/.exec(info)?.[1] ?? '0', 8);
    return (flags & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}
