import type { ScenarioSpec, Visibility } from '../model/index.ts';
import { phases } from './phases.ts';

const scenario = (id: string, visibility: Visibility, ...requires: string[]) =>
  ({ id, visibility, requires }) as unknown as ScenarioSpec;
const named = (scenarios: readonly ScenarioSpec[]) =>
  phases(scenarios).map((phase) => phase.map(({ id }) => id).join(' '));

test.each([
  ['all may be seen: all run side by side', [scenario('a', 'visible'), scenario('b', 'visible')], ['a b']],
  [
    'what fewer may see runs later',
    [
      scenario('h', 'hidden'),
      scenario('a', 'visible'),
      scenario('d', 'after_due_date'),
      scenario('b', 'visible'),
    ],
    ['a b', 'd', 'h'],
  ],
  [
    'one that requires a hidden one runs after it, and so does what requires that',
    [
      scenario('b', 'visible', 'a'),
      scenario('a', 'visible', 'h'),
      scenario('c', 'visible'),
      scenario('h', 'hidden'),
    ],
    ['c', 'h', 'b a'],
  ],
  ['what is required and does not run holds up nothing', [scenario('a', 'visible', 'gone')], ['a']],
])('%s', (_, scenarios, expected) => {
  expect(named(scenarios)).toEqual(expected);
});
