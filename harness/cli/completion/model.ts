import { defined } from '../../base/defined.ts';
import { HELP_TEXTS } from '../help/index.ts';

/** What a shell offers for a value: words, files, or both. */
export interface Values {
  readonly words: readonly string[];
  readonly files: 'any' | 'folders' | 'none';
}

export interface CompletedOption {
  /** Without its dashes. */
  readonly name: string;
  readonly about: string;
  /** Absent for an option that takes no value. */
  readonly values?: Values;
}

export interface CompletedCommand {
  readonly name: string;
  readonly about: string;
  readonly options: readonly CompletedOption[];
  /** What its arguments can be. */
  readonly values: Values;
}

/** Words that the help texts only name in general. */
export interface KnownNames {
  /** Names of included assignments. */
  readonly specs: readonly string[];
  readonly formats: readonly string[];
}

/** All commands with their options, read from the help texts: what is documented is what is completed. */
export function completedCommands(help: string, known: KnownNames): readonly CompletedCommand[] {
  const about = new Map(
    [...help.matchAll(/^ {2}([a-z]+)(?: [A-Z|]+…?)? +(.+)$/gm)].map(
      ([, name = '', text = '']) => [name, text] as const,
    ),
  );
  const names = Object.keys(HELP_TEXTS);
  const commands = Object.entries(HELP_TEXTS).map(([name, text]) => ({
    name,
    about: about.get(name) ?? '',
    options: [...optionsOf(text, known), { name: 'help', about: 'show this help' }],
    values: argumentsOf(text, known),
  }));
  const words = { words: names, files: 'none' } as const;
  return [...commands, { name: 'help', about: about.get('help') ?? '', options: [], values: words }];
}

/** A line that begins an option: two spaces, `--name`, its value, and then, here or below, what it does. */
const OPTION = /^ {2}--([a-z][\w-]*)(?: (\S+))?(?: +(.*))?$/;

function optionsOf(text: string, known: KnownNames): readonly CompletedOption[] {
  // A value that is too long for a line goes on in the next one.
  const lines = text.replace(/\|\n +(?=\S)/g, '|').split('\n');
  return lines.flatMap((line, at): CompletedOption[] => {
    const [, name, value, here] = OPTION.exec(line) ?? [];
    if (name === undefined) return [];
    const below = /^ {10,}(\S.*)$/.exec(lines[at + 1] ?? '')?.[1] ?? '';
    const about = (here ?? below).replace(/[,:;]$/, '');
    return [
      { name, about, ...defined({ values: value === undefined ? undefined : valuesOf(name, value, known) }) },
    ];
  });
}

function valuesOf(option: string, value: string, known: KnownNames): Values {
  if (option === 'spec') return { words: known.specs, files: 'any' };
  if (option === 'report') return { words: known.formats, files: 'none' };
  return plainValues(value);
}

/** `a|b|N` names words in lower case and stands for others in upper case. */
function plainValues(value: string): Values {
  const words = value.split('|').filter((word) => /^[a-z]/.test(word));
  const files = /DIR|FOLDER/.test(value) ? 'folders' : /FILE|PATH/.test(value) ? 'any' : 'none';
  return { words, files };
}

function argumentsOf(text: string, known: KnownNames): Values {
  const usage = /^Usage: socket-grader \S+ ?(\S*)/.exec(text)?.[1] ?? '';
  if (usage.startsWith('SPEC')) return { words: known.specs, files: 'any' };
  if (/SUBMISSION|ZIP/.test(usage)) return { words: [], files: 'any' };
  return plainValues(usage);
}
