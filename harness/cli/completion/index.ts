import { UserError } from '../../base/user-error.ts';
import { FORMATS } from '../../report/formats/index.ts';
import { EXIT } from '../exit.ts';
import { HELP } from '../help/index.ts';
import { oneOf, parseOptions } from '../options.ts';
import { includedSpecs } from '../spec-file.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { completedCommands } from './model.ts';
import { zshScript } from './zsh.ts';

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** `socket-grader completion`: prints a script by which a shell completes commands, options and values. */
export async function completionCommand(args: string[]): Promise<number> {
  const { positionals } = parseOptions('completion', args, {});
  const names = Object.keys(SHELLS) as (keyof typeof SHELLS)[];
  const [shell, ...more] = positionals;
  if (shell === undefined || more.length > 0)
    throw new UserError({
      where: 'completion',
      what: shell === undefined ? 'no shell is named' : `one shell at a time, not also ${more.join(', ')}`,
      fix: `Usage: socket-grader completion ${names.join('|')}`,
    });
  const script = SHELLS[oneOf('completion', shell, names)];
  process.stdout.write(
    script(completedCommands(HELP, { specs: includedSpecs(), formats: Object.keys(FORMATS) })),
  );
  return EXIT.passed;
}
