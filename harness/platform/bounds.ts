import type { Kit, Platform, Problem } from './platform.ts';

const MIB = 1024 * 1024;

/** What of a specification does not fit into the time and the memory that a platform gives, unless it is told to give more. */
export function outOfBounds(
  { title, contract: { seconds }, memory }: Pick<Platform, 'title' | 'contract' | 'memory'>,
  { spec }: Pick<Kit, 'spec'>,
): readonly Problem[] {
  const problems: Problem[] = [];
  const long = spec.scenarios.filter(({ timeout }) => seconds !== undefined && timeout >= seconds * 1000);
  if (long.length > 0)
    problems.push({
      what: `${title} ends a grading after ${seconds} s, and one run of ${long.map(({ id }) => `"${id}"`).join(', ')} may take as long`,
      fix: 'Give it a shorter timeout, or set a longer time limit on the platform and in the package (--time-limit).',
      warning: true,
    });
  const large = Object.entries(spec.programs).filter(
    ([, { limits }]) => memory !== undefined && (limits?.memory ?? 0) > memory,
  );
  if (large.length > 0)
    problems.push({
      what: `${title} gives ${(memory ?? 0) / MIB} MiB, and the program ${large.map(([name]) => `"${name}"`).join(', ')} may use more`,
      fix: 'Lower limits.memory, or set more memory on the platform.',
      warning: true,
    });
  return problems;
}
