import { PLATFORMS } from '../platform/index.ts';
import { readReports } from './report-options.ts';

const LAPTOP = { env: {}, gradescope: false };
const ACTIONS = { env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/summary.md' }, gradescope: false };
const ANNOTATIONS = [{ name: 'github' }, { name: 'github-summary', file: '/summary.md' }];

test('on GitHub, annotations and summary stay on beside the reports that are asked for', () => {
  expect(readReports(['junit=r.xml'], ACTIONS)).toEqual([{ name: 'junit', file: 'r.xml' }, ...ANNOTATIONS]);
  expect(readReports(undefined, ACTIONS, PLATFORMS.classroom50?.contract)).toEqual([
    ...(PLATFORMS.classroom50?.contract.reports ?? []),
    ...ANNOTATIONS,
  ]);
  expect(readReports(['junit=r.xml'], LAPTOP)).toEqual([
    { name: 'terminal' },
    { name: 'junit', file: 'r.xml' },
  ]);
});

test('a platform’s report can be moved, and keeps its reader', () => {
  expect(readReports(['junit=elsewhere.xml'], LAPTOP, PLATFORMS.artemis?.contract)).toEqual([
    { name: 'junit', file: 'elsewhere.xml', audience: 'staff' },
  ]);
});
