import { cellsOf, type OverrideLine, readOverrides, writeOverrides } from '../batch/decisions/overrides.ts';
import { placeLines } from '../batch/decisions/place-lines.ts';
import { lock } from '../batch/lock.ts';
import { readState } from './state.ts';

/** What has become of decisions that were to be added. */
interface Added {
  readonly added: number;
  /** Were there already, word for word. */
  readonly same: number;
  readonly left: readonly { readonly who: string; readonly why: string }[];
}

/**
 * Puts the decisions of a table beside those of a folder. What is decided there stays: of two different decisions about the
 * same, a person has to choose. Throws a UserError when a table can't be read, or something else writes to the folder.
 */
export async function addDecisions(folder: string, file: string): Promise<Added> {
  const held = await lock(folder);
  try {
    const { gathered, done } = await readState(folder);
    const { lines, found, page, placed } = gathered;
    const read = readOverrides(file, page.manifest.scenarios);
    const context = { submissions: done.manifest.submissions, roster: done.roster };
    const fresh: OverrideLine[] = [];
    const left: { who: string; why: string }[] = [];
    let same = 0;
    for (const one of placeLines(read, found, context).lines) {
      const { line, targets } = one;
      const who = `${line.student}, ${line.scenario ?? 'whole grade'}`;
      const isEmpty = line.points === undefined && line.comment === '' && line.note === '';
      if (isEmpty) continue;
      const rival = placed.find(
        (other) =>
          other.line.scenario === line.scenario && other.targets.some((target) => targets.includes(target)),
      );
      if (targets.length === 0) left.push({ who, why: 'it fits no student' });
      else if (rival === undefined) fresh.push(line);
      else if (isSame(rival.line, line)) same++;
      else left.push({ who, why: `line ${rival.line.line} of overrides.csv says something else` });
    }
    const added = fresh.map((line) => ({ ...line, cells: cellsOf(line) }));
    if (added.length > 0) await writeOverrides(done.decisions.files.overrides, [...lines, ...added]);
    return { added: added.length, same, left };
  } finally {
    await held.release();
  }
}

function isSame(one: OverrideLine, other: OverrideLine): boolean {
  return one.points === other.points && one.comment === other.comment && one.note === other.note;
}
