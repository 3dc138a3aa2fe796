import { automaticReports, usualAudience } from './automatic.ts';
import { FORMATS } from './index.ts';

const LAPTOP = { env: {}, gradescope: false };
const ACTIONS = {
  env: { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/tmp/summary' },
  gradescope: false,
};
const GRADESCOPE = { env: {}, gradescope: true };

test('each place has its reports', () => {
  expect(automaticReports(LAPTOP)).toEqual([{ name: 'terminal' }, { name: 'html' }, { name: 'json' }]);
  expect(automaticReports(ACTIONS)).toEqual([
    { name: 'github' },
    { name: 'github-summary', file: '/tmp/summary' },
    { name: 'json' },
  ]);
  expect(automaticReports(GRADESCOPE)).toEqual([
    { name: 'terminal' },
    { name: 'gradescope', file: '/autograder/results/results.json' },
  ]);
  for (const place of [LAPTOP, ACTIONS, GRADESCOPE])
    for (const { name } of automaticReports(place)) expect(Object.keys(FORMATS)).toContain(name);
});

test('on a shared machine a student reads, on one’s own everything is shown', () => {
  expect(usualAudience('json', LAPTOP)).toBe('staff');
  expect(usualAudience('json', ACTIONS)).toBe('student');
  expect(usualAudience('classroom50', LAPTOP)).toBe('student');
  expect(usualAudience('gradescope', GRADESCOPE)).toBe('staff');
});
