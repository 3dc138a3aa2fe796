import { outputOf } from '../tool.ts';
import type { ProgramRef } from '../types.ts';

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly zombie: boolean;
}

/** All living processes of a program as ps(1) tells; null when there is no ps. */
export async function psProcesses(program: ProgramRef, orphans: boolean): Promise<number[] | null> {
  const output = await outputOf('ps', ['-axo', 'pid=,ppid=,stat=']);
  if (output === null) return null;
  const rows = parsePs(output);
  const roots = program.exited ? [] : [program.pid];
  if (orphans || program.exited) roots.push(...(await marked(program.marker)));
  return withDescendants(rows, roots);
}

/** Rows of `ps -axo pid=,ppid=,stat=`. */
export function parsePs(output: string): Row[] {
  return output.split('\n').flatMap((line) => {
    const [pid, parent, state] = line.trim().split(/\s+/);
    if (!pid || !parent || !state) return [];
    return [{ pid: Number(pid), parent: Number(parent), zombie: state.startsWith('Z') }];
  });
}

function withDescendants(rows: readonly Row[], roots: readonly number[]): number[] {
  const found = new Set(roots);
  for (const pid of found) {
    for (const row of rows) if (row.parent === pid) found.add(row.pid);
  }
  const alive = new Set(rows.filter((row) => !row.zombie).map((row) => row.pid));
  return [...found].filter((pid) => alive.has(pid));
}

/** Processes whose environment, which ps prints after the command, holds the marker. */
async function marked(marker: string): Promise<number[]> {
  const args =
    process.platform === 'darwin' ? ['-axwwE', '-o', 'pid=,command='] : ['axeww', '-o', 'pid=,command='];
  const output = (await outputOf('ps', args)) ?? '';
  return output.split('\n').flatMap((line) => {
    const [pid, ...words] = line.trim().split(/\s+/);
    return pid && words.includes(marker) ? [Number(pid)] : [];
  });
}
