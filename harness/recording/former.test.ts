import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRecording } from './recording-file.ts';
import { rejudge } from './rejudge.ts';

/** Recordings that an earlier version wrote, each named by its sample and specification. */
const FOLDER = fileURLToPath(new URL('testing/0.1.0/', import.meta.url));
const SPECS = fileURLToPath(new URL('../../specs/', import.meta.url));

/** The outcome of that version: status and points of each scenario. */
const BEFORE = JSON.parse(readFileSync(path.join(FOLDER, 'verdicts.json'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

test.each(Object.keys(BEFORE))('a recording of version 0.1.0 is judged as it was: %s', async (name) => {
  const recording = await readRecording(path.join(FOLDER, `${name}.jsonl.gz`));
  const spec = path.join(SPECS, `${name.split('--')[1]}.grade.yaml`);
  const { scenarios } = await rejudge(recording, { spec });
  const now = Object.fromEntries(scenarios.map(({ id, status, points }) => [id, `${status} ${points}`]));
  expect(now).toEqual(BEFORE[name]);
});

test('each recording has its verdicts', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.gz'));
  expect(files.map((file) => file.replace('.jsonl.gz', '')).sort()).toEqual(Object.keys(BEFORE).sort());
});
