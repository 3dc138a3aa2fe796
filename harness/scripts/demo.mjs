// Grades a right and a wrong sample submission and tells where their reports are.
import { spawnSync } from 'node:child_process';

const samples = [
  ['a right one', 'fixtures/echo/python-threaded'],
  ['one with a mistake', 'fixtures/echo/no-reuseaddr'],
];
for (const [what, folder] of samples) {
  console.log(`\n$ npx socket-grader run ${folder} --spec echo      # ${what}`);
  const { status, error } = spawnSync(
    process.execPath,
    ['dist/cli/main.js', 'run', folder, '--spec', 'echo'],
    { stdio: 'inherit' },
  );
  if (error) throw error;
  if (status !== 0 && status !== 1) process.exit(status ?? 4);
  console.log(`  Exit status: ${status}`);
}
console.log('\nThe whole story of each run is in reports/, one folder a submission.');
