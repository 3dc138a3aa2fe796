import { lightBeacon } from '../net/beacon.ts';
import { type Missing, missingFor } from '../sandbox/missing.ts';
import { type Bait, type Probe, probeCommand, probeFull, probeUid, thisProcess } from '../sandbox/probe.ts';
import { type Level, LOST } from '../sandbox/sandbox.ts';
import { uidOf } from '../sandbox/uid.ts';
import { baitFile } from './bait-file.ts';
import { emptyPlace } from './empty-place.ts';
import { rememberedIsolation } from './remembered-isolation.ts';

/** What a person asks for: the best there is, nothing less than `full`, or none. */
export type IsolationWish = 'auto' | 'require' | 'none';

/** How a submission can be kept apart on this machine. */
export interface Isolation {
  readonly level: Level;
  /** What a program can do or see all the same at this level, in words. */
  readonly lost: readonly string[];
  /** What stands in the way of `full`, and the command that fixes it, where there is one; empty at `full`. */
  readonly missing: readonly Missing[];
}

const FULL: Isolation = { level: 'full', lost: LOST.full, missing: [] };
/** What a program must not reach at level `uid`: the rest is lost there. */
const KEPT_BY_UID = ['root', 'file', 'environment', 'signal', 'kernel'];
/** The user for probes, the last of ours, so that no submission has it. */
const PROBE_SLOT = 499;

/**
 * Finds out how much a program can be kept apart here, by what a probe can reach that is started just as programs will
 * be. At wish `none` nothing is tried. `require` is for the caller to insist on. With `remember` nothing is tried either
 * where root has tried it since the machine was started, in the very same surroundings, and it held.
 */
export async function chooseIsolation(
  wish: IsolationWish,
  { remember = false }: { readonly remember?: boolean } = {},
): Promise<Isolation> {
  if (wish === 'none') return { level: 'none', lost: LOST.none, missing: [] };
  if (process.platform !== 'linux') return { level: 'none', lost: LOST.none, missing: missingFor('') };
  const place = emptyPlace([process.execPath]);
  const uid = process.getuid?.() === 0 ? uidOf(PROBE_SLOT) : undefined;
  const known = remember ? rememberedIsolation(probeCommand(place, uid).join('\0')) : undefined;
  if (known?.holds) return FULL;
  const [beacon, planted] = await Promise.all([lightBeacon(), baitFile()]);
  try {
    const bait: Bait = { file: planted.file, port: beacon.port, grader: thisProcess() };
    const failure = failureOf(await probeFull(bait, place, uid));
    if (failure === undefined) {
      await known?.remember();
      return FULL;
    }
    const missing = missingFor(failure);
    if (uid !== undefined && failureOf(await probeUid(bait, uid), KEPT_BY_UID) === undefined)
      return { level: 'uid', lost: LOST.uid, missing };
    return { level: 'none', lost: LOST.none, missing };
  } finally {
    beacon.close();
    await planted.remove();
  }
}

/** Why the isolation does not hold, in words; undefined when they do. */
function failureOf(probe: Probe, kept?: readonly string[]): string | undefined {
  if ('failed' in probe) return probe.failed;
  const reached = probe.reached.filter((what) => kept === undefined || kept.includes(what));
  return reached.length === 0 ? undefined : `a probe inside could reach: ${reached.join(', ')}`;
}
