import * as v from 'valibot';
import type { Result } from './result.ts';

/** The name of a submission, which is that of its folder as well: nothing that leads elsewhere. */
export const submissionId = v.pipe(
  v.string(),
  v.check((id) => id !== '' && id.length <= 300 && !/^\.|[/\\\0]/.test(id), 'is no name of a submission'),
);

export const status = v.picklist(['pass', 'fail', 'inconclusive', 'skip']);
export const finite = v.pipe(v.number(), v.finite());

const schema = v.looseObject({
  id: submissionId,
  key: v.string(),
  status,
  points: finite,
  maxPoints: finite,
  scenarios: v.array(v.looseObject({ id: v.string(), status, points: finite, ms: finite })),
  open: v.optional(v.string()),
  again: v.boolean(),
  isolation: v.picklist(['none', 'uid', 'full']),
  ms: finite,
});

/** Whether a value is what the journal keeps of a graded submission. */
export function isResult(value: unknown): value is Result {
  return v.is(schema, value);
}
