import type { LibraryRow } from '../../spec/library-table.ts';
import { type Answers, type Language, type Role, slug } from './answers.ts';
import { chooseFaults, type Fault } from './faults.ts';
import { readmeOf } from './readme.ts';
import { sourceOf } from './source.ts';
import { specificationOf } from './specification.ts';

/** What a new assignment is made from. */
export interface Materials {
  /** The templates of programs, by file name. */
  readonly template: (file: string) => string;
  /** The JSON Schema of specifications. */
  readonly schema: string;
  readonly library: readonly LibraryRow[];
}

/** A new assignment: its files by name, relative to its folder. */
export interface NewAssignment {
  readonly files: ReadonlyMap<string, string>;
  /** The name of the specification. */
  readonly spec: string;
}

/** The file that a solution is handed in as. */
export function programFile(role: Role, language: Language): string {
  const name = language === 'java' ? role.charAt(0).toUpperCase() + role.slice(1) : role;
  return `${name}.${{ python: 'py', c: 'c', java: 'java', javascript: 'js' }[language]}`;
}

/**
 * Everything that `init` writes: a specification, a right solution, wrong ones, a README, editor settings.
 * @default two faults that the chosen scenarios catch
 */
export function newAssignment(
  answers: Answers,
  { template, schema, library }: Materials,
  faults: readonly Fault[] = chooseFaults(answers),
): NewAssignment {
  const spec = `${slug(answers.title)}.grade.yaml`;
  const { role, transport, protocol, language } = answers;
  const program = programFile(role, language);
  const source = (about: string, fault?: string) =>
    sourceOf(
      template(program),
      new Set([transport, protocol, ...(fault === undefined ? [] : [fault])]),
      about,
    );
  const files = new Map([
    [spec, specificationOf(answers, library)],
    ['assignment.schema.json', schema],
    [`solution/${program}`, source('A right solution.')],
    ...faults.map(({ name, about }): [string, string] => [
      `wrong/${name}/${program}`,
      source(`Wrong on purpose: ${about.charAt(0).toLowerCase()}${about.slice(1)}`, name),
    ]),
    ['README.md', readmeOf(answers, { spec, program, faults })],
    ['.vscode/settings.json', json({ 'yaml.schemas': { './assignment.schema.json': '*.grade.yaml' } })],
    ['.vscode/extensions.json', json({ recommendations: ['redhat.vscode-yaml'] })],
  ]);
  return { files, spec };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
