import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { UserError } from '../base/user-error.ts';
import { grade } from '../grading/grade.ts';
import type { Recording } from '../grading/recording-of.ts';
import { ROOT } from '../testing/cli.ts';
import { mutated, randomFrom } from '../testing/mutate.ts';
import { processorTime } from '../testing/processor-time.ts';
import { readRecording, writeRecording } from './recording-file.ts';
import { rejudge } from './rejudge.ts';

const SPEC = path.join(ROOT, 'specs/echo.grade.yaml');
let folder: string;
let lines: readonly string[];
const file = () => path.join(folder, 'trace.jsonl.gz');
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'damaged-'));
  let recording: Recording | undefined;
  await grade(
    {
      submission: path.join(ROOT, 'fixtures/echo/recv-once'),
      spec: SPEC,
      only: ['listens', 'fragments'],
      seed: 'again',
    },
    (event) => {
      if (event.type === 'recorded') recording = event.recording;
    },
  );
  if (recording === undefined) throw new Error('nothing was recorded');
  await writeRecording(file(), recording);
  lines = gunzipSync(readFileSync(file())).toString().trimEnd().split('\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function judgedAgain(): Promise<string> {
  const began = processorTime();
  try {
    const report = await rejudge(await readRecording(file()), { spec: SPEC });
    return report.status;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return 'refused';
  } finally {
    expect(processorTime() - began).toBeLessThan(2_000);
  }
}

test.each([
  ['with its checksum', true],
  ['of an older version, which has none', false],
])(
  'a recording that is damaged but valid JSON %s ends in a clear message or a verdict',
  async (_, withSum) => {
    writeFileSync(file(), gzipSync(`${lines.join('\n')}\n`));
    expect(await judgedAgain()).toBe('fail');
    const random = randomFrom(5);
    const seen = new Set<string>();
    for (let round = 0; round < 150; round++) {
      const at = random(lines.length - 1);
      const damaged = JSON.stringify(mutated(JSON.parse(lines[at] ?? ''), random));
      const all = lines.with(at, damaged);
      const last = withSum ? all.at(-1) : JSON.stringify({ end: JSON.parse(all.at(-1) ?? '').end });
      writeFileSync(file(), gzipSync(`${[...all.slice(0, -1), last].join('\n')}\n`));
      const outcome = await judgedAgain();
      if (withSum) expect(outcome).toBe(damaged === lines[at] ? 'fail' : 'refused');
      seen.add(outcome);
    }
    expect(seen).toContain('refused');
  },
);
