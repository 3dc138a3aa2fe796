import { readFileSync } from 'node:fs';
import { openSubmission } from '../../grading/live.ts';
import { readOptions, shippedLibrary } from '../../grading/load-assignment.ts';
import { libraryTable } from '../../spec/library-table.ts';
import { isCalledClient } from '../../spec/usual-variants.ts';
import { ALL_SAMPLES } from '../../testing/fixtures.ts';
import { gradeInline, withSubmission } from '../../testing/inline.ts';
import { StepReader } from '../session/reader.ts';
import { confirm } from '../session/second-run.ts';
import { Session } from '../session/session.ts';
import { stepText } from '../session/step-text.ts';
import { type Answers, LANGUAGES, PROTOCOLS, ROLES, TRANSPORTS, usualScenarios } from './answers.ts';
import { newAssignment } from './assignment.ts';
import { FAULTS } from './faults.ts';

const SPECS = new URL('../../../specs/', import.meta.url);
const materials = {
  template: (file: string) => readFileSync(new URL(`init/${file}`, SPECS), 'utf8'),
  schema: '{}',
  library: libraryTable(shippedLibrary),
};

type Kind = Omit<Answers, 'title' | 'scenarios'>;

/** What is typed to show every fault: two requests, one in pieces, two clients, a restart; a server that is not there. */
function sessionOf({ role, transport, protocol }: Kind): readonly string[] {
  const request = (word: string) =>
    protocol === 'line' ? word : transport === 'udp' ? `:text ${word}` : `:hex ${framed(word)}`;
  const reply = { line: 'Hello, Ada!', binary: transport === 'udp' ? ':text adA' : `:hex ${framed('adA')}` };
  const pieces = transport === 'udp' ? [] : [':pieces 1'];
  if (role === 'client') return [':type Ada', ...pieces, reply[protocol]];
  const clients = [request('Ada'), request('Bob'), ':open b', request('Eve')];
  return transport === 'udp'
    ? clients
    : [...clients, ...pieces, request('Fay'), ':pieces 0', ':restart', request('Gus')];
}

function framed(word: string): string {
  return Buffer.concat([Buffer.from([0, word.length]), Buffer.from(word)])
    .toString('hex')
    .replaceAll(/..(?=.)/g, '$& ');
}

/** The specification with what was typed as a scenario. */
function record(
  files: Readonly<Record<string, string>>,
  text: string,
  lines: readonly string[],
): Promise<string> {
  return withSubmission(files, async (submission, folder) => {
    const reader = new StepReader(text, readOptions(`${folder}/a.grade.yaml`, {}, '', process.env));
    const begun = reader.begin();
    if ('diagnostics' in begun) throw new Error(JSON.stringify(begun.diagnostics));
    const [program = ''] = Object.keys(begun.assignment.spec.programs);
    reader.program = program;
    const stop = new AbortController();
    const open = await openSubmission(begun.assignment, { submission, signal: stop.signal });
    const said: string[] = [];
    try {
      const run = await open.open(begun.plan);
      const role = isCalledClient(program) ? 'client' : 'server';
      const session = new Session(run, reader, {
        program,
        role,
        kernel: open.kernel,
        say: (line) => said.push(line),
      });
      await session.begin();
      for (const line of lines) await session.handle(line);
      await session.flush();
      const { port } = run.address(program);
      await run.end();
      const second = await open.open(begun.plan);
      const { steps } = await confirm(session.executor.entries, second, reader, program, port);
      const recorded = reader.withScenario({ id: 'recorded', title: 'recorded', steps: steps.map(stepText) });
      if (recorded === undefined) throw new Error(said.join('\n'));
      return recorded;
    } finally {
      stop.abort();
      await open.close();
    }
  });
}

function below(files: ReadonlyMap<string, string>, folder: string): Record<string, string> {
  const inside = [...files].filter(([name]) => name.startsWith(`${folder}/`));
  return Object.fromEntries(inside.map(([name, text]) => [name.slice(folder.length + 1), text]));
}

const EVERY: readonly Kind[] = ROLES.flatMap((role) =>
  TRANSPORTS.flatMap((transport) =>
    PROTOCOLS.flatMap((protocol) => LANGUAGES.map((language) => ({ role, transport, protocol, language }))),
  ),
);
/** In each language one. */
const SOME = [
  'server tcp line python',
  'server udp binary javascript',
  'client tcp line java',
  'client udp line c',
];
const tried = EVERY.filter((kind) => ALL_SAMPLES || SOME.includes(Object.values(kind).join(' ')));
/** How often the right program is graded by its own recording. */
const ROUNDS = Number(process.env.ROUNDS ?? 1);

test.each(tried.map((kind) => [Object.values(kind).join(' '), kind] as const))(
  'recorded with a right %s, each wrong one fails, and the right one passes',
  async (_, kind) => {
    const scenarios = usualScenarios(kind.role, kind.transport);
    const answers = { ...kind, title: 'Greeter', scenarios };
    // One that never listens is waited for as long as a start may take.
    const faults = FAULTS.filter(({ name, fits }) => fits(answers) && (ALL_SAMPLES || name !== 'deaf'));
    const { files, spec } = newAssignment(answers, materials, faults);
    const text = await record(below(files, 'solution'), files.get(spec) ?? '', sessionOf(kind));
    const nobody =
      kind.role === 'client' && kind.transport === 'tcp' ? [':step unlisten: door', ':type Ada'] : undefined;
    const alone = nobody && (await record(below(files, 'solution'), files.get(spec) ?? '', nobody));
    const status = async (folder: string, by: string) =>
      (await gradeInline(below(files, folder), by, { only: ['recorded'] })).status;
    const wrong = await Promise.all(
      faults.map(async ({ name }) => [
        name,
        await status(`wrong/${name}`, name === 'hides-failure' ? (alone ?? '') : text),
      ]),
    );
    expect(wrong).toEqual(faults.map(({ name }) => [name, 'fail']));
    for (let round = 1; round <= ROUNDS; round++)
      for (const by of [text, ...(alone === undefined ? [] : [alone])])
        expect([round, await status('solution', by)]).toEqual([round, 'pass']);
  },
);
