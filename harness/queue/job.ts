import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { finite, submissionId } from '../batch/result-schema.ts';

const text = v.string();
const hash = v.pipe(text, v.regex(/^[0-9a-f]{64}$/, 'is no hash'));

/** What a job says: which bytes it is about, by their hashes, and how they are to be graded. Nothing of it is code. */
const jobSchema = v.strictObject({
  schema: v.literal('socket-grader/job/v1'),
  /** Of the grader that is to grade it. */
  version: text,
  /** What its result will be kept under, see `resultKey`. */
  key: text,
  submission: v.strictObject({ id: submissionId, from: text, sha256: hash, files: finite, bytes: hash }),
  /** What the specification comes to, see `packed` of the worker's protocol. */
  assignment: hash,
  /** With nothing beside it. */
  alone: v.boolean(),
  options: v.strictObject({
    spec: text,
    only: v.array(text),
    params: v.record(text, text),
    seed: text,
    jobs: v.optional(v.pipe(finite, v.integer(), v.minValue(1), v.maxValue(256))),
    unsafe: v.boolean(),
    build: v.optional(text),
    run: v.optional(text),
    port: v.optional(v.union([v.picklist(['auto', 'any']), v.pipe(finite, v.integer())])),
    timeoutScale: v.optional(v.pipe(finite, v.minValue(0.1), v.maxValue(1000))),
  }),
});

export type JobData = v.InferOutput<typeof jobSchema>;

/** A job as it was read from Redis; a string says what is wrong with it. */
export function readJob(value: unknown): JobData | string {
  const read = v.safeParse(jobSchema, value);
  if (read.success) return read.output;
  const [issue] = read.issues;
  return `${v.getDotPath(issue) ?? 'it'} is not what a job has`;
}

/** The id of a job: the same for the same submission, graded by the same; so it is in the queue once, whoever puts it there. */
export function jobId(key: string, submission: string, alone: boolean): string {
  const hash = createHash('sha256').update(JSON.stringify([key, submission]));
  return `${hash.digest('hex').slice(0, 40)}${alone ? '-again' : ''}`;
}
