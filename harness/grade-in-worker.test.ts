import path from 'node:path';
import { gradeInWorker, type Job } from './grade-in-worker.ts';
import { ROOT } from './testing/cli.ts';
import { UserError } from './user-error.ts';

const job: Job = {
  submission: path.join(ROOT, 'fixtures/echo/python-solution'),
  spec: path.join(ROOT, 'specs/echo.grade.yaml'),
  seed: '1',
};

test('a worker reports what grading in this process would, and tells of its progress', async () => {
  const told: string[] = [];
  const report = await gradeInWorker(job, { level: 'none' }, (progress) => told.push(progress.type));
  expect(report.status).toBe('pass');
  expect(told.filter((type) => type === 'finished')).toHaveLength(report.scenarios.length);
  expect(report.scenarios[0]?.runs[0]?.trace.events.length).toBeGreaterThan(0);
});

test('what a person can mend is told as such', async () => {
  await expect(gradeInWorker({ ...job, submission: '/nowhere' }, { level: 'none' })).rejects.toThrow(
    UserError,
  );
});

test('an aborted worker still reports, and says that it was interrupted', async () => {
  const controller = new AbortController();
  const report = await gradeInWorker(job, { level: 'none', signal: controller.signal }, ({ type }) => {
    if (type === 'finished') controller.abort();
  });
  expect(report.interrupted).toBe(true);
});
