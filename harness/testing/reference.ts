import { SIGNALS } from '../base/fields.ts';
import { milliseconds } from '../base/units.ts';
import { shippedLibrary } from '../grading/load-assignment.ts';
import { FRAMES } from '../match/frame-fields.ts';
import { MATCHER_KEYS, matcherEntries } from '../match/matchers/index.ts';
import { PAYLOAD_KEYS, payloadEntries } from '../match/payload-fields.ts';
import { FILE_KEYS } from '../spec/about-file.ts';
import { STEP_KEYS } from '../spec/about-step.ts';
import { type LibraryRow, libraryTable } from '../spec/library-table.ts';
import { limitsSchema } from '../spec/limits-schema.ts';
import { COLLECTIONS, headSchema, scenarioSchema } from '../spec/schema.ts';
import { USE } from '../spec/use.ts';
import type { StepAbout } from '../steps/definition.ts';
import { STEPS } from '../steps/index.ts';
import { keysOf } from './schema-names.ts';

const GROUPS: Readonly<Record<StepAbout['group'], string>> = {
  program: 'The program',
  dialling: 'Connecting to a server',
  answering: 'Answering a client',
  bytes: 'Bytes',
  ending: 'Ending a connection',
  state: 'Looking at states',
  flow: 'The course of things',
};

/** The ready-made scenarios, and the values that they take. */
function ready(): string[] {
  const rows = libraryTable(shippedLibrary);
  const values = new Map(rows.flatMap(({ values: taken }) => taken.map(({ name, about }) => [name, about])));
  const takes = (row: LibraryRow) =>
    row.values
      .filter(({ name }) => name !== 'program')
      .map(({ name, needed }) => (needed ? `**\`${name}\`**` : `\`${name}\``))
      .join(', ');
  return [
    '## Ready-made scenarios',
    '`include: [listens, { scenario: fragments, with: { request: { line: hi }, reply: { line: hi } }, points: 2 }]` puts scenarios of the library in, after those of `extends` and before `scenarios`, which may change them by their `id`. `scenario` may be a list of names that get the same values. Beside `scenario` and `with`, an entry may set what a scenario has, except its steps. Values in bold must be given. Those marked TCP are refused for a program that speaks UDP. `socket-grader explain` shows their steps.',
    table(
      rows.map((row) => [
        `\`${row.name}\``,
        `${row.title}.`,
        row.points,
        takes(row),
        row.needsTcp === undefined ? '' : 'TCP',
      ]),
      ['name', 'what is tried', 'points', '`with`', ''],
    ),
    table(
      [...values].map(([name, about]) => [`\`${name}\``, about]),
      ['value', ''],
    ),
  ];
}

/** The reference of the language in Markdown, made from what the reader itself checks with. */
export function reference(): string {
  const parts = [
    '# Reference',
    'Every key and every verb of a specification. This page is made from the reader itself (`npm run build && node harness/scripts/specs.mjs`); [README.md](README.md) is the guide.',
    '## The file',
    section('At the top', headSchema, FILE_KEYS.assignment),
    section('A parameter', undefined, FILE_KEYS.parameter, 'A bare value is its `default`.'),
    section('A program', COLLECTIONS.programs.schema, FILE_KEYS.program),
    section('A variant', undefined, FILE_KEYS.variant),
    section('A template', COLLECTIONS.templates.schema, FILE_KEYS.template),
    section('A scenario', scenarioSchema, FILE_KEYS.scenario),
    section(
      'Limits',
      limitsSchema,
      FILE_KEYS.limits,
      'A program that uses more is ended, and the report says so.',
    ),
    section('Defaults', undefined, FILE_KEYS.defaults),
    ...ready(),
    '## Steps',
    'A step is a map with exactly one verb. Beside the verb it may have:',
    table(
      Object.entries(STEP_KEYS)
        .filter(([key]) => key !== 'within')
        .map(([key, what]) => [`\`${key}\``, what]),
      ['key', ''],
    ),
    `Among the arguments of a verb that waits, \`within\` says how long at most. ${STEP_KEYS.within}`,
    ...Object.entries(GROUPS).flatMap(([group, title]) => [
      `### ${title}`,
      ...[...STEPS.values(), USE].filter(({ about }) => about.group === group).map(verb),
    ]),
    '## Payloads',
    'What is sent, and what is compared with: text, or a map with exactly one kind.',
    keyTable({ entries: payloadEntries }, PAYLOAD_KEYS),
    '## Matchers',
    'What a message must be like: exactly one of these.',
    keyTable({ entries: matcherEntries }, MATCHER_KEYS),
    '## Frames',
    'Where a message ends (`read:`). One send is not one receive: without a frame, TCP has no messages.',
    table(
      Object.entries(FRAMES).map(([frame, what]) => [`\`${frame}\``, what]),
      ['`read:`', ''],
    ),
    '## Values',
    table(
      [
        ['duration', '`200ms`, `2s`, `1.5s`, `1m`; the unit is never left out'],
        ['size', 'a number of bytes: `512`, `64KiB`, `1MiB`'],
        ['name', 'letters, digits, `_` and `-`, beginning with a letter'],
        ['signal', SIGNALS.map((signal) => `\`${signal}\``).join(', ')],
        ['text', 'a YAML string; quote what looks like a number, and what holds `: ` or ` #`'],
      ],
      ['', ''],
    ),
    '## Names in double braces',
    '`${{ NAME }}` is replaced by what the name stands for, before anything runs; `$${{` stands for `${{`. A value that stands alone keeps its type, and within `regex` it is matched literally.',
    table(
      [
        [
          '`${{ NAME }}`',
          'a parameter, or what an `expect` has captured under this name (`${{ NAME.length }}`: how many bytes)',
        ],
        ['`${{ env.NAME }}`', 'a variable of the environment that the file lists under `env`'],
        ['`${{ matrix.NAME }}`', 'the value of this row'],
        ['`${{ with.NAME }}`', 'within a template: what it was given'],
        ['`${{ round }}`', 'within `repeat`: 1, 2, …'],
        ['`${{ port }}`, `${{ host }}`', 'where the program listens; only the run knows'],
        [
          '`${{ ports.NAME }}`',
          'where there are several: the port of a program, or of a place where the grader listens; its two bytes are `${{ ports.NAME.high }}` and `${{ ports.NAME.low }}`',
        ],
      ],
      ['', ''],
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function section(title: string, schema: unknown, words: Readonly<Record<string, string>>, note = ''): string {
  const rows =
    schema === undefined
      ? table(
          Object.entries(words).map(([key, what]) => [`\`${key}\``, what]),
          ['key', ''],
        )
      : keyTable(schema, words);
  return [`### ${title}`, ...(note === '' ? [] : [note]), rows].join('\n\n');
}

function verb({
  verb,
  summary,
  shorthand,
  schema,
  about,
  ...rest
}: {
  verb: string;
  about: StepAbout;
  summary: string;
  shorthand?: string;
  schema: unknown;
  patience?: string | number;
}): string {
  const shared = keysOf(schema)
    .filter(({ key }) => about.keys[key] === undefined)
    .map(({ key }) => key);
  const also = [
    shared.some((key) => key in PAYLOAD_KEYS) ? 'the keys of a [payload](#payloads)' : '',
    shared.some((key) => key in MATCHER_KEYS) ? 'one of the [matchers](#matchers)' : '',
  ].filter((words) => words !== '');
  const waits =
    rest.patience === undefined || rest.patience === 'never'
      ? ''
      : typeof rest.patience === 'number'
        ? `Waits up to ${milliseconds(rest.patience)}, unless \`within\` says otherwise.`
        : 'Waits as long as `within` allows.';
  const short =
    shorthand === undefined ? '' : `Short form: \`${verb}: …\` stands for \`${verb}: { ${shorthand}: … }\`.`;
  const notes = [short, waits, also.length > 0 ? `Besides: ${also.join(', ')}.` : ''].filter(
    (words) => words !== '',
  );
  return [
    `#### \`${verb}\``,
    summary,
    ...(about.sameKeysAs !== undefined
      ? [`It has the keys of \`${about.sameKeysAs}\`.`]
      : Object.keys(about.keys).length > 0
        ? [keyTable(schema, about.keys)]
        : []),
    ...(notes.length > 0 ? [notes.join(' ')] : []),
    `\`\`\`yaml\n${about.examples.map((example) => `- ${example}`).join('\n')}\n\`\`\``,
  ].join('\n\n');
}

/** The keys that have words, in the order of the schema. */
function keyTable(schema: unknown, words: Readonly<Record<string, string>>): string {
  const rows = keysOf(schema)
    .filter(({ key }) => words[key] !== undefined)
    .map(({ key, kind, usual, needed }) => {
      const state = needed ? ' **Needed.**' : usual === undefined ? '' : ` Usually \`${usual}\`.`;
      return [`\`${key}\``, kind, `${words[key]}${state}`];
    });
  return table(rows, ['key', 'value', '']);
}

function table(rows: readonly (readonly string[])[], head: readonly string[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
