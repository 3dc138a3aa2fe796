import { cancel, group, intro, multiselect, select, text } from '@clack/prompts';
import {
  type Answers,
  LANGUAGES,
  PROTOCOLS,
  ROLES,
  TRANSPORTS,
  usualScenarios,
} from '../authoring/init/answers.ts';
import type { LibraryRow } from '../spec/library-table.ts';
import { complete, fitting } from './init-options.ts';

const LABELS: Readonly<Record<string, string>> = {
  server: 'a server',
  client: 'a client',
  tcp: 'TCP',
  udp: 'UDP',
  python: 'Python',
  c: 'C',
  java: 'Java',
  javascript: 'JavaScript',
  line: 'lines of text',
  binary: 'binary, a length before each message',
};

const FOLDER = 'greeter';

/** Asks for what the command line did not say; nothing when the person gives up. */
export async function askFor(
  folder: string | undefined,
  given: Partial<Answers>,
  library: readonly LibraryRow[],
): Promise<{ readonly folder: string; readonly answers: Answers } | undefined> {
  intro('A new assignment');
  const choose = <Word extends string>(message: string, words: readonly Word[]) =>
    select<string>({ message, options: words.map((value) => ({ value, label: LABELS[value] ?? value })) });
  const unless = <Value>(known: Value | undefined, ask: () => Promise<Value | symbol>) =>
    known === undefined ? ask() : Promise.resolve(known);
  let gaveUp = false;
  const answers = await group(
    {
      folder: () =>
        unless(folder, () => text({ message: 'Which folder?', placeholder: FOLDER, defaultValue: FOLDER })),
      title: () =>
        unless(given.title, () =>
          text({ message: 'What is it called?', placeholder: 'Greeter', defaultValue: 'Greeter' }),
        ),
      role: () => unless<string>(given.role, () => choose('What do students write?', ROLES)),
      transport: () => unless<string>(given.transport, () => choose('Which transport?', TRANSPORTS)),
      language: () =>
        unless<string>(given.language, () => choose('In which language shall the solution be?', LANGUAGES)),
      protocol: () => unless<string>(given.protocol, () => choose('What do messages look like?', PROTOCOLS)),
      scenarios: ({ results }) => {
        const soFar = { ...complete({}, library), ...(results as Partial<Answers>) };
        const usual = usualScenarios(soFar.role, soFar.transport);
        return unless(
          [...(given.scenarios ?? [])].length > 0 ? [...(given.scenarios ?? [])] : undefined,
          () =>
            multiselect<string>({
              message: 'Which ready-made scenarios? (space chooses, enter continues)',
              options: fitting(soFar, library).map(({ name, title }) => ({
                value: name,
                label: name,
                hint: title,
              })),
              initialValues: [...usual],
              required: true,
            }),
        );
      },
    },
    {
      onCancel: () => {
        gaveUp = true;
        cancel('Nothing was written.');
      },
    },
  );
  if (gaveUp) return undefined;
  const { folder: chosen, ...rest } = answers;
  return { folder: chosen, answers: complete(rest as Partial<Answers>, library) };
}
