import type { Step } from '../steps/definition.ts';
import type { Nested, ReadStep } from './parts.ts';
import type { Problems } from './problems.ts';
import type { Tree } from './tree.ts';

/** Reads the steps below a verb that holds steps; what is not a list of steps is left to its schema. */
export function readNested(
  nests: Step['nests'],
  tree: Tree,
  problems: Problems,
  readStep: (tree: Tree, problems: Problems) => ReadStep | undefined,
): readonly Nested[] | undefined {
  if (nests === undefined || tree.kind !== 'map') return undefined;
  const lists = tree.entries.filter(({ key }) => nests === 'branches' || key === 'steps');
  return lists.map(({ key, value }) => {
    const items = value.kind === 'seq' ? value.items : [];
    const steps = items.map((item) => readStep(item, problems)).filter((step) => step !== undefined);
    return {
      ...(nests === 'branches' ? { branch: key } : {}),
      steps,
      complete: steps.length === items.length,
    };
  });
}

/** All steps, those within others included. */
export function* allSteps(steps: readonly ReadStep[]): Generator<ReadStep> {
  for (const step of steps) {
    yield step;
    for (const { steps: inner } of step.nested ?? []) yield* allSteps(inner);
  }
}

/** Whether all steps within the given ones could be read. */
export function allComplete(steps: readonly ReadStep[]): boolean {
  return [...allSteps(steps)].every(({ nested = [] }) => nested.every(({ complete }) => complete));
}
