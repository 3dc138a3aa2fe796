import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Graded, Grading, Round } from '../../batch/executor.ts';
import { fingerprint } from '../../batch/intake/fingerprint.ts';
import { type Files, writeFiles } from '../../batch/testing/archives.ts';
import { STUDENTS, writeSpec } from '../../batch/testing/course.ts';
import type { Submission } from '../../batch/types.ts';
import { loadAssignment } from '../../grading/load-assignment.ts';
import { readAddress } from '../address.ts';
import { type Connection, connect } from '../connect.ts';
import { QueueExecutor } from '../executor.ts';
import type { QueueBatch } from '../queue-batch.ts';
import { serve } from '../serve.ts';
import type { ServeEvent, ServeOptions } from '../serve-options.ts';

const NEVER = new AbortController().signal;

/** A few submissions, what they are graded by, and a batch and workers in this process that use one Redis. */
export class QueueCourse {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'queue-'));
  readonly url: string;
  readonly grading: Grading;
  submissions: readonly Submission[] = [];
  readonly #connections: Connection[] = [];
  readonly #workers: TestWorker[] = [];

  private constructor(url: string, grading: Grading) {
    this.url = url;
    this.grading = grading;
  }

  static async make(url: string, kinds: readonly string[]): Promise<QueueCourse> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'queue-spec-'));
    const spec = writeSpec(folder);
    const assignment = await loadAssignment(spec, {}, 'seed');
    rmSync(folder, { recursive: true });
    const course = new QueueCourse(url, {
      assignment,
      scenarios: assignment.spec.scenarios,
      isolation: { level: 'none', lost: [] },
      job: { spec, params: {}, only: [], seed: 'seed', jobs: 2, unsafe: true },
    });
    course.submissions = await Promise.all(
      kinds.map((kind, at) =>
        course.#place(`${kind}-${at}`, kind === 'empty' ? {} : { 'server.py': STUDENTS[kind]?.source ?? '' }),
      ),
    );
    return course;
  }

  async #place(id: string, files: Files): Promise<Submission> {
    const folder = this.folderOf({ id });
    mkdirSync(folder);
    writeFiles(folder, files);
    const about = { students: [], from: id, late: false, earlier: [], refused: [], renamed: [] };
    return { id, ...about, ...(await fingerprint(folder)) };
  }

  folderOf({ id }: Pick<Submission, 'id'>): string {
    return path.join(this.folder, id);
  }

  async connection(): Promise<Connection> {
    const connection = await connect(readAddress(this.url));
    this.#connections.push(connection);
    return connection;
  }

  async batch(name: string, more: Partial<QueueBatch> = {}): Promise<QueueExecutor> {
    return QueueExecutor.open(await this.connection(), {
      grading: this.grading,
      name,
      title: name,
      keyOf: ({ sha256 }) => sha256,
      folderOf: (submission) => this.folderOf(submission),
      level: 'none',
      total: this.submissions.length,
      ...more,
    });
  }

  /** Has all graded; returns what came of each, in order. */
  async grade(executor: QueueExecutor, more: Partial<Round> = {}): Promise<readonly [string, Graded][]> {
    const results: [string, Graded][] = [];
    await executor.grade({
      submissions: this.submissions,
      alone: false,
      drain: NEVER,
      stop: NEVER,
      started: () => {},
      graded: async ({ id }, graded) => void results.push([id, graded]),
      ...more,
    });
    return results.toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  async worker(more: Partial<ServeOptions> = {}): Promise<TestWorker> {
    const worker = new TestWorker(await this.connection(), more);
    this.#workers.push(worker);
    return worker;
  }

  async remove(): Promise<void> {
    for (const worker of this.#workers) await worker.end();
    for (const connection of this.#connections) connection.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A worker in this process. */
export class TestWorker {
  readonly events: ServeEvent[] = [];
  readonly #stop = new AbortController();
  readonly #over: Promise<void>;

  constructor(connection: Connection, more: Partial<ServeOptions>) {
    this.#over = serve({
      connection,
      level: 'none',
      jobs: 1,
      expose: [],
      drain: NEVER,
      stop: this.#stop.signal,
      watch: (event) => void this.events.push(event),
      ...more,
    });
  }

  /** Ids of the submissions that it has handed over. */
  get graded(): readonly string[] {
    return this.events.flatMap((event) =>
      event.type === 'ended' && event.outcome === 'graded' ? [event.id] : [],
    );
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#over;
  }
}
