import {
  type Answers,
  LANGUAGES,
  PROTOCOLS,
  ROLES,
  TRANSPORTS,
  usualScenarios,
} from '../authoring/init/answers.ts';
import { defined, whenGiven } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import type { LibraryRow } from '../spec/library-table.ts';
import { suggest } from '../steps/scope.ts';
import { namesIn, oneOf, parseOptions } from './options.ts';

const OPTIONS = {
  title: { type: 'string' },
  role: { type: 'string' },
  transport: { type: 'string' },
  language: { type: 'string' },
  protocol: { type: 'string' },
  scenario: { type: 'string', multiple: true },
  yes: { type: 'boolean' },
} as const;

export interface InitOptions {
  readonly folder: string | undefined;
  /** What was said on the command line. */
  readonly given: Partial<Answers>;
  /** Ask nothing; what is not given is as usual. */
  readonly yes: boolean;
}

/** Reads the command line of `init`. */
export function readInitOptions(args: string[]): InitOptions {
  const { values, positionals } = parseOptions('init', args, OPTIONS);
  const [folder, ...more] = positionals;
  if (more.length > 0)
    throw new UserError({
      where: 'init',
      what: 'one folder at a time',
      fix: 'Quote names that hold spaces.',
    });
  const { title, role, transport, language, protocol, scenario } = values;
  if (title?.trim() === '')
    throw new UserError({
      where: '--title',
      what: 'is empty',
      fix: 'Give a title such as "Lab 2: Greeter".',
    });
  return {
    folder,
    yes: values.yes ?? false,
    given: {
      ...defined({
        title: title?.trim(),
        role: role === undefined ? undefined : oneOf('--role', role, ROLES),
        transport: transport === undefined ? undefined : oneOf('--transport', transport, TRANSPORTS),
        language: language === undefined ? undefined : oneOf('--language', language, LANGUAGES),
        protocol: protocol === undefined ? undefined : oneOf('--protocol', protocol, PROTOCOLS),
        scenarios: whenGiven(scenario, namesIn),
      }),
    },
  };
}

/** What was given, and the usual for the rest; complains about scenarios that do not fit. */
export function complete(given: Partial<Answers>, library: readonly LibraryRow[]): Answers {
  const { role = 'server', transport = 'tcp' } = given;
  const answers: Answers = {
    title: 'Greeter',
    role,
    transport,
    language: 'python',
    protocol: 'line',
    scenarios: usualScenarios(role, transport),
    ...given,
  };
  const known = fitting(answers, library).map(({ name }) => name);
  for (const name of answers.scenarios) {
    const row = library.find((each) => each.name === name);
    const reason = row?.role === role && transport === 'udp' ? row.needsTcp : undefined;
    if (!known.includes(name))
      throw new UserError({
        where: '--scenario',
        what: row
          ? `"${name}" is not for a ${transport.toUpperCase()} ${role}${reason === undefined ? '' : `: ${reason}`}`
          : `there is no ready-made scenario "${name}"`,
        fix: row ? `Choose from ${known.join(', ')}.` : suggest(name, known),
      });
  }
  if (answers.scenarios.length === 0)
    throw new UserError({
      where: '--scenario',
      what: 'none is chosen',
      fix: `Choose from ${known.join(', ')}.`,
    });
  return answers;
}

/** The ready-made scenarios that make sense for a kind of program, and need nothing that `init` does not ask for. */
export function fitting({ role, transport }: Answers, library: readonly LibraryRow[]): readonly LibraryRow[] {
  return library.filter(
    (row) =>
      row.role === role &&
      (transport === 'tcp' || row.needsTcp === undefined) &&
      !['closes', 'large-transfer'].includes(row.name),
  );
}
