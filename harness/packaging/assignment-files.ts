import path from 'node:path';
import { UserError } from '../base/user-error.ts';
import { type Environment, loadAssignment } from '../grading/load-assignment.ts';
import type { PackageFile } from '../platform/index.ts';
import type { Assignment } from '../spec/read.ts';
import { withoutHidden } from './without-hidden.ts';

/** A specification with everything that it reads. */
export interface AssignmentFiles {
  readonly assignment: Assignment;
  /** The specification, below the folder that holds all files. */
  readonly entry: string;
  /** Below `assignment/`. */
  readonly files: readonly PackageFile[];
}

/**
 * Reads a specification and gathers the files that it extends or sends, each where the others look for it. With
 * `leaveOutHidden` the scenarios that are not visible are taken out of the text, so that nobody can read them there.
 * Throws a SpecError for mistakes in it, also for those that leaving out makes (`requires` of a hidden scenario).
 */
export async function assignmentFiles(
  spec: string,
  { env, leaveOutHidden }: { readonly env: Environment; readonly leaveOutHidden: boolean },
): Promise<AssignmentFiles> {
  const read = new Map<string, Uint8Array>();
  const load = (change?: (file: string, content: Uint8Array) => Uint8Array) =>
    loadAssignment(spec, {}, 'package', env, (file, content) => {
      const changed = change?.(file, content) ?? content;
      read.set(path.resolve(file), changed);
      return changed;
    });
  let assignment = await load();
  if (leaveOutHidden) {
    const hidden = hiddenScenarios(assignment);
    const specs = specFiles(path.resolve(spec), read);
    if (hidden.length > 0)
      assignment = await load((file, content) =>
        specs.has(path.resolve(file)) ? withoutHidden(content, hidden) : content,
      );
  }
  const base = commonFolder([...read.keys()]);
  const files = [...read].map(([file, content]) => ({
    path: `assignment/${path.relative(base, file).split(path.sep).join('/')}`,
    content,
  }));
  if (base === path.parse(base).root)
    throw new UserError({
      where: spec,
      what: 'the specification and the files that it reads have no folder in common',
      fix: 'Put them below one folder.',
    });
  return { assignment, entry: path.relative(base, path.resolve(spec)).split(path.sep).join('/'), files };
}

/** Scenarios that students may not see yet. */
export function hiddenScenarios({ spec }: Assignment): readonly string[] {
  return spec.scenarios.filter(({ visibility }) => visibility !== 'visible').map(({ id }) => id);
}

/** Which of the files that were read are specifications: the first, and those that it extends. */
function specFiles(first: string, read: ReadonlyMap<string, Uint8Array>): ReadonlySet<string> {
  const specs = new Set<string>();
  for (let file: string | undefined = first; file !== undefined && !specs.has(file); ) {
    specs.add(file);
    const text: string = Buffer.from(read.get(file) ?? []).toString('utf8');
    const [, above]: readonly (string | undefined)[] =
      /^extends:\s*["']?([^"'\n#]+?)["']?\s*(?:#.*)?$/m.exec(text) ?? [];
    file = above === undefined ? undefined : path.resolve(path.dirname(file), above);
  }
  return specs;
}

function commonFolder(files: readonly string[]): string {
  const [first = '', ...others] = files.map((file) => path.dirname(file).split(path.sep));
  const parts = others.reduce(
    (common, each) => {
      const end = common.findIndex((part, at) => part !== each[at]);
      return end === -1 ? common : common.slice(0, end);
    },
    [...first],
  );
  return parts.join(path.sep) || path.sep;
}
