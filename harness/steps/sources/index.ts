import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { text } from '../../base/fields.ts';
import { escapeBytes } from '../../match/view.ts';
import { defineStep } from '../definition.ts';
import { type Found, fail, inconclusive, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import { readCode, usesOf } from './code.ts';

export { isSource } from './code.ts';

interface Forbidden {
  readonly name: string;
  readonly hint?: string;
}

interface Args {
  readonly forbid: readonly Forbidden[];
  readonly remark: boolean;
}

const NAME = 'is a name as code has it, such as http.server, sendfile or curl/curl.h';
const forbiddenName = v.pipe(text, v.regex(/^[\w$][\w$./:\\@-]*$/, NAME));

const forbidden: v.GenericSchema<unknown, Forbidden> = v.union(
  [
    v.pipe(
      forbiddenName,
      v.transform((name) => ({ name })),
    ),
    v.strictObject({ name: forbiddenName, hint: v.exactOptional(text) }),
  ],
  'is a name, or { name: http.server, hint: Use sockets. }',
);

/** Lines that are shown of what was found. */
const MOST_LINES = 5;
/** Uses in one file that are looked at, and characters of a line. */
const MOST_USES = 200;
const LINE = 400;

/** Looks through the code that was handed in for what it must not use. */
export const sources = defineStep<Args>({
  verb: 'sources',
  summary:
    'Look through the code that was handed in, without its comments and texts, for names that it must not use. Nothing is run for it.',
  about: {
    group: 'state',
    keys: {
      forbid:
        'Names that must not be there, as a list of names or of `{ name: http.server, hint: … }`: a module that is imported, or any name in the code. Files of the assignment, and folders of installed packages, are left out.',
      remark: 'With `true` it is a remark for staff, and never a failure.',
    },
    examples: [
      'sources: { forbid: [http.server, socketserver] }',
      'sources: { forbid: [{ name: java.net.http, hint: Write to a Socket. }], remark: true }',
    ],
  },
  schema: v.strictObject({
    forbid: v.pipe(v.array(forbidden, 'is a list of names'), v.nonEmpty('names nothing')),
    remark: v.exactOptional(v.boolean('is true or false'), false),
  }),
  asserts: true,
  patience: 'never',
  scope: (args) => ({ args, problems: [] }),
  effects: () => [{ kind: 'reads_sources' }],
  sentence: ({ forbid, remark }) =>
    `${remark ? 'It is a remark for staff when' : 'It fails when'} the code that was handed in uses ${forbid.map(({ name }) => name).join(' or ')}.`,
  run: (_, context) => context.readSources(),
  judge,
  covers: () => true,
});

function judge({ forbid, remark }: Args, view: TraceView): Outcome {
  const { sources } = view;
  for (const one of forbid) {
    const lines = [...sources].flatMap(([name, { bytes }]) => linesOf(name, bytes, one.name));
    if (lines.length === 0) continue;
    const found: Found = {
      cause: 'forbidden',
      summary: `The code uses ${one.name}, which the assignment does not allow.`,
      expected: `code without ${one.name}`,
      actual: `${lines.length} line${lines.length === 1 ? '' : 's'} with it`,
      evidence: [
        ...lines.slice(0, MOST_LINES),
        ...(lines.length > MOST_LINES ? [`and ${lines.length - MOST_LINES} more`] : []),
      ],
    };
    if (remark) return { status: 'pass', remark: { ...found, ...defined({ hint: one.hint }), staff: true } };
    return fail({ ...found, ...defined({ diagnosis: one.hint }) });
  }
  const left = [...sources].filter(([, { found }]) => found !== 'file').map(([name]) => name);
  if (left.length > 0 && !remark)
    return inconclusive('precondition', {
      cause: 'unknown',
      summary: `Not all of the code could be read: ${left.slice(0, 3).join(', ')}.`,
      hint: 'Look at these files yourself: they are too large, or there are too many.',
    });
  return PASS;
}

/** Lines of a source in which a name is used, as evidence. */
function linesOf(name: string, bytes: Buffer, forbidden: string): readonly string[] {
  const source = readCode(name, bytes);
  if (source === undefined) return [];
  const lines = new Map<number, string>();
  let [number, counted] = [1, 0];
  for (const at of usesOf(source, forbidden).slice(0, MOST_USES)) {
    for (; counted < at; counted += 1) if (source.text[counted] === '\n') number += 1;
    if (lines.has(number)) continue;
    const begin = source.text.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
    const end = source.text.indexOf('\n', at);
    const line = source.text
      .slice(begin, Math.min(end === -1 ? source.text.length : end, begin + LINE))
      .trim();
    lines.set(number, `${name}:${number}: ${escapeBytes(Buffer.from(line), 100)}`);
  }
  return [...lines.values()];
}
