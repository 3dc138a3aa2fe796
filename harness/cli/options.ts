import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UserError } from '../base/user-error.ts';
import { suggest } from '../steps/scope.ts';

type Known = NonNullable<ParseArgsConfig['options']>;

/**
 * What parseArgs makes of the options that a command knows. Throws a UserError for what it does not know, for a value too
 * many or too few, and for an option that is given twice: which of the two was meant cannot be known.
 */
export function parseOptions<Options extends Known>(command: string, args: string[], options: Options) {
  const parsed = parse(command, args, options);
  const seen = new Set<string>();
  for (const token of parsed.tokens) {
    if (token.kind !== 'option' || options[token.name]?.multiple === true) continue;
    if (seen.has(token.name))
      throw new UserError({ where: command, what: `--${token.name} is given twice`, fix: 'Give it once.' });
    seen.add(token.name);
  }
  return parsed;
}

function parse<Options extends Known>(command: string, args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true, tokens: true });
  } catch (error) {
    throw usageError(command, error as NodeJS.ErrnoException, Object.keys(options));
  }
}

/** The complaints of parseArgs in this program's words. */
function usageError(command: string, { code, message }: NodeJS.ErrnoException, known: readonly string[]) {
  const help = `Try socket-grader ${command} --help.`;
  const [, option = '', name = ''] = /'(--?([\w-]+))/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return new UserError({
      where: command,
      what: `unknown option ${option}`,
      fix: known.length > 0 ? suggest(name, known) : help,
    });
  if (message.includes('argument missing'))
    return new UserError({ where: command, what: `${option} needs a value`, fix: help });
  if (message.includes('is ambiguous'))
    return new UserError({
      where: command,
      what: `${option} needs a value, and what follows it looks like an option`,
      fix: `Write ${option}=VALUE for a value that begins with "-".`,
    });
  if (message.includes('does not take an argument'))
    return new UserError({ where: command, what: `${option} takes no value`, fix: help });
  return new UserError({ where: command, what: message.split('. ')[0] ?? message, fix: help });
}

/** Names that are given one by one or separated by commas. */
export function namesIn(given: readonly string[] = []): string[] {
  return given
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** One of the words that an option takes. */
export function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === text);
  if (word === undefined)
    throw new UserError({
      where: option,
      what: `can't be "${text}"`,
      fix: `Give one of ${words.join(', ')}.`,
    });
  return word;
}

/** A number between two others; `or` names the words that would do as well, as in `auto or `. */
export function numberFrom(
  option: string,
  text: string,
  {
    whole,
    least,
    most,
    or = '',
  }: { readonly whole: boolean; readonly least: number; readonly most: number; readonly or?: string },
): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= least && number <= most && (!whole || Number.isInteger(number)))
    return number;
  throw new UserError({
    where: option,
    what: `can't be "${text}"`,
    fix: `Give ${or}a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`,
  });
}
