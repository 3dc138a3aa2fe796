import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { chosenScenarios } from '../batch/chosen-scenarios.ts';
import type { Graded } from '../batch/executor.ts';
import { gradeOne } from '../batch/grade-one.ts';
import type { Level } from '../batch/isolation-level.ts';
import type { Planned } from '../model/index.ts';
import { unpacked } from '../worker/protocol.ts';
import { unlessStopped } from './bell.ts';
import { Bytes } from './bytes.ts';
import type { Connection } from './connect.ts';
import type { JobData } from './job.ts';
import { unpackFolder, unpackJson, WrongBytes } from './pack.ts';

/** What a worker grades with. */
export interface Workshop {
  readonly connection: Connection;
  readonly level: Level;
  /** A folder for submissions while they are graded. */
  readonly folder: string;
  readonly store?: string;
  readonly expose: readonly string[];
  readonly searchPath?: string;
}

/** Specifications that are kept, since most jobs are of the same ones. */
const MOST_KEPT = 8;

const sentSchema = v.looseObject({
  spec: v.looseObject({
    title: v.string(),
    file: v.string(),
    sha256: v.string(),
    scenarios: v.array(v.looseObject({ id: v.string() })),
    programs: v.record(v.string(), v.looseObject({})),
  }),
  plans: v.array(v.tuple([v.string(), v.array(v.looseObject({ scenario: v.string() }))])),
  params: v.array(v.tuple([v.string(), v.unknown()])),
  files: v.array(v.string()),
});

/** Grades jobs of a queue, whatever batch they are of. */
export class Grader {
  readonly #workshop: Workshop;
  readonly #assignments = new Map<string, Planned>();

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  /**
   * Grades what a job is about. Throws WrongBytes where the bytes are not there, or are others; what is wrong with a
   * submission itself is in the report.
   */
  async grade(
    batch: string,
    { submission, assignment: hash, options }: JobData,
    { slot, stop }: { readonly slot: number; readonly stop: AbortSignal },
  ): Promise<Graded> {
    const { connection, level, folder: own, store, expose, searchPath } = this.#workshop;
    const bytes = new Bytes(connection.redis, batch, store);
    // Whoever ends the worker does not wait for a Redis that is away.
    const assignment = await unlessStopped(this.#assignment(hash, bytes), stop);
    const packed = await unlessStopped(bytes.get(submission.bytes), stop);
    if (packed === undefined) throw missing(store);
    const folder = path.join(own, `${slot}`);
    await rm(folder, { recursive: true, force: true });
    try {
      await unpackFolder(packed, folder, submission.sha256);
      const grading = {
        assignment,
        scenarios: chosenScenarios(assignment, options.only),
        isolation: { level, lost: [] },
        job: { ...withoutGaps(options), expose, ...defined({ searchPath }) },
      };
      const { id, from, sha256, files } = submission;
      const subject = { id, from, sha256, files, students: [], late: false, earlier: [], gist: sha256 };
      const graded = await gradeOne(
        grading,
        { ...subject, refused: [], renamed: [] },
        { folder, slot, stop },
      );
      return withHost(graded);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #assignment(hash: string, bytes: Bytes): Promise<Planned> {
    const known = this.#assignments.get(hash);
    if (known !== undefined) return known;
    const packed = await bytes.get(hash);
    if (packed === undefined) throw missing(this.#workshop.store);
    const read = v.safeParse(sentSchema, await unpackJson(packed));
    if (!read.success) throw new WrongBytes('the specification is not what a batch sends');
    const assignment = unpacked(read.output as unknown as Parameters<typeof unpacked>[0]);
    const [oldest] = this.#assignments.keys();
    if (this.#assignments.size >= MOST_KEPT && oldest !== undefined) this.#assignments.delete(oldest);
    this.#assignments.set(hash, assignment);
    return assignment;
  }
}

function missing(store: string | undefined): WrongBytes {
  const hint =
    store === undefined ? '; the batch may keep them in a folder: give the worker its --store' : '';
  return new WrongBytes(`the bytes of the submission or of the specification are not there${hint}`);
}

/** Options that were not given are not there at all. */
function withoutGaps({ jobs, build, run, port, timeoutScale, ...rest }: JobData['options']) {
  return { ...rest, ...defined({ jobs, build, run, port, timeoutScale }) };
}

/** The report says which machine graded it. */
function withHost({ report, recording, ...rest }: Graded): Graded {
  const name = os.hostname();
  return {
    ...rest,
    report: { ...report, host: { ...report.host, name } },
    ...defined({
      recording:
        recording === undefined
          ? undefined
          : {
              ...recording,
              report: { ...recording.report, host: { ...recording.report.host, name } },
            },
    }),
  };
}
