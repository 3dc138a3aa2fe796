import * as v from 'valibot';
import { finite, submissionId } from './result-schema.ts';

const text = v.string();
const texts = v.array(text);
const refused = v.array(v.looseObject({ name: text, why: text, harmless: v.optional(v.literal(true)) }));
const ids = v.record(text, v.optional(text));

const submission = v.looseObject({
  id: submissionId,
  students: v.array(v.looseObject({ name: v.optional(text), ids })),
  team: v.optional(text),
  from: text,
  at: v.optional(text),
  late: v.boolean(),
  earlier: texts,
  files: finite,
  sha256: text,
  gist: text,
  refused,
  remarks: v.optional(texts),
  renamed: texts,
  feedback: v.optional(text),
});

const late = v.looseObject({ percent: finite, summary: text });

const latePolicy = v.looseObject({
  due: v.optional(text),
  zone: v.optional(text),
  percentPerDay: finite,
  grace: finite,
  cutOff: v.optional(finite),
});

/** What `batch.json` must look like, whichever version has written it; further keys are let through. */
export const manifestSchema = v.looseObject({
  schema: v.literal('socket-grader/batch/v1'),
  grader: v.looseObject({ version: text }),
  spec: v.looseObject({ title: text, file: text, fingerprint: text }),
  isolation: v.looseObject({ level: v.picklist(['none', 'uid', 'full']), lost: v.array(v.unknown()) }),
  source: text,
  options: v.optional(
    v.looseObject({
      gradebooks: v.optional(v.array(v.picklist(['plain', 'canvas', 'moodle', 'brightspace']))),
      roster: v.optional(text),
      column: v.optional(text),
      outOf: v.optional(finite),
      mapping: v.optional(text),
      overrides: v.optional(text),
      extensions: v.optional(text),
      rubric: v.optional(text),
      latePolicy: v.optional(text),
      due: v.optional(text),
    }),
  ),
  scenarios: v.array(
    v.looseObject({
      id: text,
      title: text,
      points: finite,
      visibility: v.picklist(['visible', 'after_due_date', 'after_published', 'hidden']),
    }),
  ),
  shard: v.optional(v.looseObject({ index: finite, count: finite })),
  merged: v.optional(v.literal(true)),
  latePolicy: v.optional(v.nullable(latePolicy)),
  submissions: v.pipe(
    v.array(submission),
    v.check((all) => new Set(all.map(({ id }) => id)).size === all.length, 'has a submission twice'),
  ),
  refused,
  missing: v.optional(refused),
  elsewhere: v.array(submissionId),
  gone: v.optional(v.array(submissionId)),
  lateness: v.record(text, v.looseObject({ late: v.optional(late), open: v.optional(text) })),
  keys: v.record(text, text),
  sum: v.optional(text),
  policySum: v.optional(text),
});
