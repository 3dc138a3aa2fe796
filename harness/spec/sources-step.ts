import { type Entry, entryOf, type MapTree, type Tree } from './tree.ts';

/**
 * A scenario whose `sources` is the first of its steps, as it is done. Where it has no other steps nothing needs to be set
 * up; where it is worth nothing, what is found is a remark for staff.
 */
export function withSourcesStep(scenario: Tree, defaults: Tree | undefined): Tree {
  const sources = entryOf(scenario, 'sources');
  if (scenario.kind !== 'map' || sources === undefined) return scenario;
  const { keyPlace, value } = sources;
  const seq = (items: readonly Tree[]): Tree => ({ kind: 'seq', items, place: value.place });
  const step: MapTree = {
    kind: 'map',
    entries: [{ ...sources, value: isWorthless(scenario, defaults) ? asRemark(value) : value }],
    place: value.place,
  };
  const steps = entryOf(scenario, 'steps');
  const written = steps?.value.kind === 'seq' ? steps.value.items : [];
  const nothing = (key: string): Entry[] =>
    steps || entryOf(scenario, key) ? [] : [{ key, keyPlace, value: seq([]) }];
  const others = scenario.entries.filter((entry) => entry !== sources && entry !== steps);
  return {
    ...scenario,
    entries: [
      ...others,
      ...nothing('setup'),
      { key: 'steps', keyPlace: steps?.keyPlace ?? keyPlace, value: seq([step, ...written]) },
      ...nothing('cleanup'),
    ],
  };
}

function isWorthless(scenario: Tree, defaults: Tree | undefined): boolean {
  const points = (entryOf(scenario, 'points') ?? entryOf(defaults, 'points'))?.value;
  return points?.kind === 'scalar' && points.value === 0;
}

function asRemark(value: Tree): Tree {
  if (value.kind !== 'map' || entryOf(value, 'remark')) return value;
  const { place } = value;
  const remark: Tree = { kind: 'scalar', value: true, written: 'true', style: 'plain', place };
  return { ...value, entries: [...value.entries, { key: 'remark', keyPlace: value.place, value: remark }] };
}
