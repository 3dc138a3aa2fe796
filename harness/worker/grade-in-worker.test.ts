import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SpecError } from '../base/spec-error.ts';
import { UserError } from '../base/user-error.ts';
import { descendants } from '../testing/abuse.ts';
import { ROOT } from '../testing/cli.ts';
import { gradeInWorker, type Job } from './grade-in-worker.ts';
import type { Wants } from './protocol.ts';

const job: Job = {
  submission: path.join(ROOT, 'fixtures/echo/python-solution'),
  spec: path.join(ROOT, 'specs/echo.grade.yaml'),
  seed: '1',
};

test('a worker reports what grading in this process would, and tells of its progress', async () => {
  const progressTypes: string[] = [];
  const report = await gradeInWorker(job, { level: 'none' }, (progress) => progressTypes.push(progress.type));
  expect(report.status).toBe('pass');
  expect(progressTypes.filter((type) => type === 'finished')).toHaveLength(report.scenarios.length);
  expect(report.scenarios[0]?.runs[0]?.trace.events.length).toBeGreaterThan(0);
});

test('what happened comes as whole as it is wanted, and the verdicts are the same', async () => {
  const progressTypes: string[] = [];
  const grading = (wants: Wants) =>
    gradeInWorker({ ...job, only: ['large-transfer'] }, { level: 'none', wants }, ({ type }) =>
      progressTypes.push(type),
    );
  const [whole] = (await grading({ recording: true })).scenarios;
  expect(progressTypes.filter((type) => type === 'recorded')).toHaveLength(1);
  const [short] = (await grading({ brief: true })).scenarios;
  expect(progressTypes.filter((type) => type === 'recorded')).toHaveLength(1);
  expect(whole?.status).toBe('pass');
  expect({ ...short, runs: [], durationMs: 0 }).toEqual({ ...whole, runs: [], durationMs: 0 });
  const [streams, shortened] = [whole, short].map((verdict) => verdict?.runs[0]?.trace.streams ?? {});
  const names = Object.keys(streams ?? {}).filter((name) => /[.](sent|received)$/.test(name));
  expect(names.length).toBeGreaterThan(1);
  for (const name of names) {
    const stream = streams?.[name];
    if (stream === undefined) throw new Error(name);
    const kept = Buffer.from(shortened?.[name]?.base64 ?? '', 'base64');
    expect(kept.length).toBe(Math.min(stream.kept, 16_386));
    expect(kept.equals(Buffer.from(stream.base64, 'base64').subarray(0, kept.length))).toBe(true);
    expect(shortened?.[name]).toMatchObject({
      length: stream.length,
      sha256: stream.sha256,
      kept: kept.length,
    });
  }
  expect(names.map((name) => streams?.[name]?.kept)).toContain(1024 * 1024);
});

test('of a run that failed everything that was received comes', async () => {
  const failing = path.join(ROOT, 'fixtures/echo/send-instead-of-sendall');
  const grading = gradeInWorker(
    { ...job, submission: failing, only: ['large-transfer'] },
    { level: 'none', wants: { brief: true } },
  );
  const [verdict] = (await grading).scenarios;
  expect(verdict?.status).toBe('fail');
  expect(verdict?.runs[0]?.trace.streams['a.sent']?.kept).toBeGreaterThan(100_000);
});

test('what a person can fix is reported as such', async () => {
  await expect(gradeInWorker({ ...job, submission: '/nowhere' }, { level: 'none' })).rejects.toThrow(
    UserError,
  );
});

test('a broken specification is reported with its places, before the worker is asked, and leaves nothing', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'broken-spec-'));
  try {
    const spec = path.join(folder, 'broken.grade.yaml');
    writeFileSync(spec, 'version: 1\ntitle: Broken\nscenarios:\n  - id: a\n    steps: [{ conect: a }]\n');
    const grading = gradeInWorker({ ...job, spec }, { level: 'none' });
    await expect(grading).rejects.toThrow(SpecError);
    await expect(grading).rejects.toMatchObject({ rendered: expect.stringContaining('5:15: error:') });
    const workers = descendants(process.pid).filter(({ args }) => args.includes('worker/main'));
    expect(workers).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what a specification takes from the environment comes to the worker', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'environment-spec-'));
  try {
    const spec = path.join(folder, 'environment.grade.yaml');
    writeFileSync(
      spec,
      `version: 1
title: Environment
env: { GREETING: hello }
programs:
  server: {}
scenarios:
  - id: echoes
    title: It sends back
    steps:
      - start: server
      - connect: a
      - send: "\${{ env.GREETING }}"
      - expect: { equals: "good day" }
`,
    );
    const env = { GREETING: 'good day' };
    const report = await gradeInWorker({ ...job, spec, env }, { level: 'none' });
    expect(report.status).toBe('pass');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an aborted worker still reports, and says that it was interrupted', async () => {
  const controller = new AbortController();
  const report = await gradeInWorker(job, { level: 'none', signal: controller.signal }, ({ type }) => {
    if (type === 'finished') controller.abort();
  });
  expect(report.interrupted).toBe(true);
});
