import { lightBeacon } from '../net/beacon.ts';
import { controllersOf } from '../sandbox/cgroups/group-folders.ts';
import { openGroups } from '../sandbox/cgroups/open-groups.ts';
import { lostAt } from '../sandbox/guarantees.ts';
import { type Missing, missingFor, missingToSee } from '../sandbox/missing.ts';
import { type Bait, type Probe, probeCommand, probeFull, probeUid, thisProcess } from '../sandbox/probe.ts';
import type { Level } from '../sandbox/sandbox.ts';
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
  /**
   * What stands in the way of `full`, and the command that fixes it, where there is one; at `full` what keeps the grader
   * from seeing what programs do.
   */
  readonly missing: readonly Missing[];
}

const FULL: Isolation = { level: 'full', lost: lostAt('full'), missing: [] };
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
  if (wish === 'none') return { level: 'none', lost: lostHere('none'), missing: [] };
  if (process.platform !== 'linux') return { level: 'none', lost: lostHere('none'), missing: missingFor('') };
  const place = emptyPlace([process.execPath]);
  const uid = process.getuid?.() === 0 ? uidOf(PROBE_SLOT) : undefined;
  const known = remember ? rememberedIsolation(probeCommand(place, uid).join('\0')) : undefined;
  if (known?.holds) return FULL;
  const [beacon, planted] = await Promise.all([lightBeacon(), baitFile()]);
  try {
    const bait: Bait = { file: planted.file, port: beacon.port, grader: thisProcess() };
    const inFull = await probeFull(bait, place, uid);
    const failure = failureOf(inFull);
    const missing = failure === undefined ? missingToSee(unseenIn(inFull)) : missingFor(failure);
    if (missing.length === 0) {
      await known?.remember();
      return FULL;
    }
    const asUser = uid === undefined ? undefined : await probeUid(bait, uid);
    const isUid = asUser !== undefined && failureOf(asUser, KEPT_BY_UID) === undefined;
    // A program that is kept apart, but that can't be seen, can't be judged.
    if (failure === undefined && !(isUid && unseenIn(asUser).length === 0)) return { ...FULL, missing };
    const level = isUid ? 'uid' : 'none';
    return { level, lost: lostHere(level), missing };
  } finally {
    beacon.close();
    await planted.remove();
  }
}

function lostHere(level: Level): readonly string[] {
  return lostAt(level, controllersOf(openGroups().groups));
}

function unseenIn(probe: Probe): readonly string[] {
  return 'failed' in probe ? [] : probe.unseen;
}

/** Why the isolation does not hold, in words; undefined when they do. */
function failureOf(probe: Probe, kept?: readonly string[]): string | undefined {
  if ('failed' in probe) return probe.failed;
  const reached = probe.reached.filter((what) => kept === undefined || kept.includes(what));
  return reached.length === 0 ? undefined : `a probe inside could reach: ${reached.join(', ')}`;
}
