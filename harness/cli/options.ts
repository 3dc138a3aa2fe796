import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UserError } from '../base/user-error.ts';
import { suggest } from '../steps/scope.ts';

type Known = NonNullable<ParseArgsConfig['options']>;

/** What parseArgs makes of the options that a command knows. */
export function parseOptions<Options extends Known>(command: string, args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [what = ''] = message.split('. ');
    const name = /'--([\w-]+)/.exec(what)?.[1];
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && name !== undefined;
    throw new UserError({
      where: command,
      what: unknown ? `unknown option --${name}` : what,
      fix: unknown ? suggest(name, Object.keys(options)) : `Try socket-grader ${command} --help.`,
    });
  }
}

/** One of some words. */
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

/** A number between two others. */
export function numberFrom(
  option: string,
  text: string,
  { whole, least, most }: { readonly whole: boolean; readonly least: number; readonly most: number },
): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= least && number <= most && (!whole || Number.isInteger(number)))
    return number;
  throw new UserError({
    where: option,
    what: `can't be "${text}"`,
    fix: `Give a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`,
  });
}
