import type { AnyStep } from '../steps/definition.ts';
import type { Tree } from './document.ts';
import type { ReadStep } from './steps.ts';
import type { Problems } from './validate.ts';

/** The steps that one step holds: a list, or one list for each named branch. */
export interface Nested {
  readonly branch?: string;
  readonly steps: readonly ReadStep[];
}

/** Reads the steps below a verb that holds steps; what is not a list of steps is left to its schema. */
export function readNested(
  definition: AnyStep,
  tree: Tree,
  problems: Problems,
  readStep: (tree: Tree, problems: Problems) => ReadStep | undefined,
): readonly Nested[] | undefined {
  if (definition.nests === undefined || tree.kind !== 'map') return undefined;
  const { nests } = definition;
  const lists = tree.entries.filter(({ key }) => nests === 'branches' || key === 'steps');
  return lists.map(({ key, value }) => ({
    ...(nests === 'branches' ? { branch: key } : {}),
    steps:
      value.kind === 'seq'
        ? value.items.map((item) => readStep(item, problems)).filter((step) => step !== undefined)
        : [],
  }));
}

/** All steps, those within others included. */
export function* allSteps(steps: readonly ReadStep[]): Generator<ReadStep> {
  for (const step of steps) {
    yield step;
    for (const { steps: inner } of step.nested ?? []) yield* allSteps(inner);
  }
}
