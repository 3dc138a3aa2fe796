/**
 * What grading platforms take, as JSON Schema (draft-07), written from their own documents and parsers. Where one ignores
 * keys that it does not know, further ones are refused all the same: they would be mistakes of ours.
 */

const text = { type: 'string' };
const number = { type: 'number' };
const visibility = { enum: ['visible', 'hidden', 'after_due_date', 'after_published'] };
const outputFormat = { enum: ['text', 'html', 'simple_format', 'md', 'ansi'] };

function object(required: readonly string[], properties: object): object {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** `results.json`, after gradescope-autograders.readthedocs.io. */
export const GRADESCOPE = object(['output', 'tests'], {
  score: number,
  execution_time: number,
  output: text,
  output_format: outputFormat,
  test_output_format: outputFormat,
  test_name_format: outputFormat,
  visibility,
  stdout_visibility: visibility,
  extra_data: { type: 'object' },
  leaderboard: {
    type: 'array',
    items: object(['name', 'value'], {
      name: text,
      value: { type: ['number', 'string'] },
      order: { enum: ['asc', 'desc'] },
    }),
  },
  tests: {
    type: 'array',
    items: object(['name', 'number'], {
      name: text,
      name_format: outputFormat,
      number: text,
      score: number,
      max_score: number,
      status: { enum: ['passed', 'failed'] },
      output: text,
      output_format: outputFormat,
      tags: { type: 'array', items: text },
      visibility,
      extra_data: { type: 'object' },
    }),
  },
});

const images = {
  type: 'array',
  items: object(['label', 'url'], {
    label: text,
    url: { type: 'string', pattern: '^data:image/[a-z+]+;base64,[A-Za-z0-9+/]+=*$' },
  }),
};

/** `results.json`, after PrairieLearn's document on external grading. */
export const PRAIRIELEARN = object(['gradable'], {
  gradable: { type: 'boolean' },
  score: { type: 'number', minimum: 0, maximum: 1 },
  message: text,
  output: text,
  format_errors: { type: ['string', 'array'], items: text },
  images,
  tests: {
    type: 'array',
    items: object(['name', 'points', 'max_points'], {
      name: text,
      description: text,
      points: number,
      max_points: number,
      message: text,
      output: text,
      images,
    }),
  },
});

const whole = { type: 'integer', minimum: 0 };
const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' };

/** `result.json`, after Classroom 50's `classroom50/result/v1`. */
export const CLASSROOM50 = object(
  [
    'schema',
    'classroom',
    'assignment',
    'submission',
    'commit',
    'release',
    'review',
    'datetime',
    'score',
    'max-score',
    'tests',
  ],
  {
    schema: { const: 'classroom50/result/v1' },
    classroom: text,
    assignment: text,
    assignment_type: { enum: ['individual', 'group', 'team'] },
    owner: text,
    submission: text,
    commit: text,
    release: text,
    review: text,
    datetime: time,
    graded_at: time,
    score: whole,
    'max-score': whole,
    tests: {
      type: 'array',
      items: object(['test-name', 'passed', 'score', 'max-score'], {
        'test-name': text,
        passed: { type: 'boolean' },
        score: whole,
        'max-score': whole,
        message: text,
      }),
    },
  },
);

/** `feedback.json`, as coursera_autograder checks it: a number that is no boolean, and text. */
export const COURSERA = object(['fractionalScore', 'feedback'], {
  fractionalScore: { type: 'number', minimum: 0, maximum: 1 },
  feedback: text,
});

/** One line of a custom tester of MarkUs. */
export const MARKUS = object(['name', 'output', 'marks_earned', 'marks_total', 'status', 'time'], {
  name: text,
  output: text,
  marks_earned: { type: 'number', minimum: 0 },
  marks_total: { type: 'number', minimum: 0 },
  status: { enum: ['pass', 'fail', 'partial', 'error'] },
  time: { type: ['integer', 'null'], minimum: 0 },
});

const messages = {
  type: 'array',
  minItems: 1,
  items: object(['message', 'status'], {
    message: { type: 'string', minLength: 1 },
    status: { enum: ['information', 'failure', 'warning', 'success'] },
  }),
};

/** `validation_results.json` of a custom validator of Submitty: a share and messages, or what went wrong. */
export const SUBMITTY = {
  oneOf: [
    object(['status', 'data'], {
      status: { const: 'success' },
      data: object(['score', 'message', 'status'], {
        score: { type: 'number', minimum: 0, maximum: 1 },
        message: { oneOf: [text, messages] },
        status: { enum: ['information', 'failure', 'warning', 'success'] },
      }),
    }),
    object(['status', 'message'], { status: { const: 'failure' }, message: text }),
  ],
};

/** The last line that Autolab reads. */
export const AUTOLAB = object(['scores'], {
  scores: { type: 'object', additionalProperties: number },
  scoreboard: { type: 'array', items: number },
});
