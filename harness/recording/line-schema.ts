import * as v from 'valibot';

const text = v.string();
const finite = v.pipe(v.number(), v.finite());
const position = v.optional(v.looseObject({ file: text, line: finite, column: finite }));

const finding = v.looseObject({ cause: text, summary: text, evidence: v.array(text) });

const head = v.looseObject({
  schema: v.literal('socket-grader/trace/v1'),
  report: v.looseObject({
    grader: v.looseObject({ version: text }),
    submission: v.looseObject({ id: text, path: text, sha256: text, run: v.record(text, text) }),
    host: v.looseObject({ platform: text, node: text, cores: finite, unseen: v.array(text) }),
    isolation: v.looseObject({ level: v.picklist(['none', 'uid', 'full']), lost: v.array(text) }),
    startedAt: text,
    durationMs: finite,
    seed: text,
    interrupted: v.boolean(),
    params: v.optional(v.record(text, text)),
    build: v.optional(
      v.array(v.looseObject({ command: text, ok: v.boolean(), durationMs: finite, output: v.unknown() })),
    ),
  }),
  settings: v.looseObject({ spec: text, cwd: text, params: v.record(text, text), only: v.array(text) }),
  programs: v.record(text, v.looseObject({})),
  failed: v.optional(finding),
});

const step = v.looseObject({
  index: finite,
  verb: text,
  args: v.looseObject({}),
  at: position,
});

const run = v.looseObject({
  plan: v.looseObject({ scenario: text, row: v.optional(text), steps: v.array(step) }),
  attempt: finite,
});

/** A line of a recording, as far as those who read it rely on: further keys are let through. */
export const lineSchema = v.union([
  v.looseObject({ head }),
  v.looseObject({ bytes: text, base64: text }),
  v.looseObject({
    run,
    durationMs: finite,
    streams: v.record(text, v.looseObject({ bytes: text, kept: finite })),
  }),
  v.looseObject({ events: v.array(v.looseObject({ type: text, t: finite })) }),
  v.looseObject({ end: finite, sum: v.optional(text) }),
]);
