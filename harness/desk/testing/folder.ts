import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { JOURNAL, writeJournal } from '../../batch/journal.ts';
import { writeManifest } from '../../batch/manifest.ts';
import { writeOutputs } from '../../batch/outputs.ts';
import { readDone } from '../../batch/read-done.ts';
import { type Result, resultOf } from '../../batch/result.ts';
import { renderReport, saveReport, studentFolder } from '../../batch/student-files.ts';
import { type Files, writeFiles } from '../../batch/testing/archives.ts';
import { manifestOf, submission } from '../../batch/testing/graded.ts';
import type { Submission } from '../../batch/types.ts';
import type { Finding, Report, Verdict } from '../../model/index.ts';
import { failedVerdict, findingOf, reportOf, verdictOf } from '../../report/html/testing.ts';

const SCENARIOS = [
  { id: 'one', title: 'A line comes back', points: 2, visibility: 'visible' as const },
  { id: 'two', title: 'So does a second one', points: 2, visibility: 'visible' as const },
];

/** A student of a folder that a batch has graded. */
interface Graded {
  readonly name?: string;
  /** What the second scenario comes to. @default 'pass' */
  readonly two?: 'pass' | 'fail' | 'inconclusive';
  readonly files?: Files;
  readonly finding?: Partial<Finding>;
}

/** A folder as a batch leaves it, made without grading anything. */
export class GradedFolder {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'desk-'));

  /** Writes results of these students, by the id of the submission. */
  async write(students: Readonly<Record<string, Graded>>, roster?: string): Promise<void> {
    const submissions: Submission[] = [];
    const results: Result[] = [];
    for (const [id, student] of Object.entries(students)) {
      const one = {
        ...submission(id, {
          name: student.name ?? id,
          ids: {
            moodle: String(100 + submissions.length),
            canvas: String(200 + submissions.length),
            login: id,
          },
        }),
        files: 1,
      };
      submissions.push(one);
      const report = this.#reportOf(id, student);
      mkdirSync(path.join(studentFolder(this.folder, id), 'submission'), { recursive: true });
      writeFiles(path.join(studentFolder(this.folder, id), 'submission'), student.files ?? {});
      await saveReport(this.folder, report);
      await renderReport(this.folder, report, {});
      results.push(resultOf(report, id, id, true));
    }
    if (roster !== undefined) writeFileSync(path.join(this.folder, 'roster.csv'), roster);
    const options = roster === undefined ? {} : { options: { roster: path.join(this.folder, 'roster.csv') } };
    await writeManifest(
      this.folder,
      manifestOf(submissions, { scenarios: SCENARIOS, source: 'moodle', ...options }),
    );
    await writeJournal(path.join(this.folder, JOURNAL), results);
    const done = await readDone(this.folder);
    await writeOutputs(this.folder, done, done.manifest.options ?? {});
  }

  #reportOf(id: string, { two = 'pass', finding = {} }: Graded): Report {
    const [first, second] = SCENARIOS;
    const because = two === 'inconclusive' ? { because: 'interference' as const } : {};
    const verdicts: Verdict[] = [
      verdictOf({ ...first, maxPoints: 2 }),
      two === 'pass'
        ? verdictOf({ ...second, maxPoints: 2 })
        : failedVerdict(
            { id: 'two', title: second?.title ?? '', maxPoints: 2 },
            findingOf({ ...because, ...finding }),
          ),
    ];
    const points = two === 'pass' ? 4 : 2;
    return reportOf(verdicts, {
      submission: { id, path: id, sha256: id, run: {} },
      points,
      maxPoints: 4,
      status: two,
    });
  }

  text(name: string): string {
    return readFileSync(path.join(this.folder, name), 'utf8');
  }

  table(name: string): Record<string, string>[] {
    return parse(this.text(name), { columns: true, bom: true });
  }

  put(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** An answer of a desk. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Asks a desk, with exactly these headers. */
export function ask(
  port: number,
  target: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path: target, method, headers: { host: `127.0.0.1:${port}`, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
