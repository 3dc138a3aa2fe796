import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeFiles } from '../batch/testing/archives.ts';
import { runCli, unwrapped } from '../testing/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'batch-usage-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  [[], /no submissions are named/],
  [['given'], /no specification is named/],
  [['given', '--spec', 'echo', '--jobs', '0'], /--jobs: can't be "0"/],
  [['given', '--spec', 'echo', '--shard', '3/2'], /--shard can't be "3\/2"/],
  [['given', '--spec', 'echo', '--gradebook', 'canvs'], /--gradebook: can't be "canvs"/],
  [['given', '--spec', 'echo', '--regrad', 'all'], /unknown option --regrad\n {2}did you mean "regrade"/],
  [['given', '--spec', 'echo', '--due', 'tomorrow'], /--due can't be "tomorrow"/],
  [['given', '--spec', 'echo', '--due', '11/12/2024'], /--due can't be "11\/12\/2024"/],
  [['given', '--spec', 'echo', '--due', '2026-02-30T12:00'], /--due can't be "2026-02-30T12:00"/],
  [['given', '--spec', 'echo', '--due', '2026-02-28'], /--due can't be "2026-02-28"/],
  [['nowhere', '--spec', 'echo', '--isolation', 'none'], /there is no such file or folder/],
  [['given', '--spec', 'echo', '--isolation', 'none', '--only', 'listen'], /no scenario "listen"/],
  [
    ['given', '--spec', 'echo', '--isolation', 'none', '--late-policy', 'late.yaml'],
    /late policy is wrong: percent_per_day/,
  ],
  [
    ['given', '--spec', 'echo', '--isolation', 'none', '--late-policy', 'misspelt.yaml'],
    /unknown key "percent_per_dya": did you mean "percent_per_day"/,
  ],
  [
    ['given', '--spec', 'echo', '--isolation', 'none', '--late-policy', 'empty.yaml'],
    /the late policy has no percent_per_day\n/,
  ],
  [['given', '--spec', 'echo', '--isolation', 'none', '--roster', 'none.csv'], /the roster can't be read/],
])('wrong usage: %j', async (given, message) => {
  writeFiles(folder, { 'given/ada/server.py': '', 'late.yaml': 'percent_per_day: 200' });
  writeFiles(folder, { 'misspelt.yaml': 'percent_per_dya: 20', 'empty.yaml': 'grace: 5m' });
  const { code, stderr } = await runCli(['batch', ...given], { cwd: folder });
  expect(unwrapped(stderr)).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  for (const line of stderr.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(code).toBe(2);
});
