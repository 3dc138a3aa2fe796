import { UserError } from '../base/user-error.ts';
import { openKernel } from '../kernel/index.ts';
import { chooseIsolation, type Isolation } from '../worker/choose-isolation.ts';
import { whoCounts } from '../worker/who-counts.ts';
import { EXIT } from './exit.ts';
import { parseOptions } from './options.ts';

const LEVELS: Readonly<Record<Isolation['level'], string>> = {
  full: 'full: each submission has its own network, processes, users and files',
  uid: 'uid: programs run as another user; one submission at a time',
  none: 'none: programs run as you, fine for your own ones only',
};

/** `socket-grader doctor`: what this machine can do, what is missing, and what fixes it. */
export async function doctorCommand(args: string[]): Promise<number> {
  const { positionals } = parseOptions('doctor', args, {});
  if (positionals.length > 0)
    throw new UserError({
      where: 'doctor',
      what: `takes no arguments, not ${positionals.join(' ')}`,
      fix: 'Usage: socket-grader doctor',
    });
  const [isolation, kernel] = await Promise.all([chooseIsolation('auto'), openKernel()]);
  const { kind, unseen } = kernel;
  kernel.close();
  const evidence =
    kind === 'kernel' ? 'kernel: what a program does is read from /proc' : 'portable: ps, lsof and netstat';
  const lines = [
    `node       ${process.version}`,
    `isolation  ${LEVELS[isolation.level]}`,
    ...facts('lost', isolation.lost),
    ...facts(
      'missing',
      isolation.missing.map(({ what }) => what),
    ),
    ...facts(
      'fix with',
      isolation.missing.map(({ command }) => command).filter((command) => command !== ''),
    ),
    ...facts('limits', whoCounts()),
    `evidence   ${evidence}`,
    ...facts('unseen', unseen),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return isolation.level === 'full' ? EXIT.passed : EXIT.inconclusive;
}

function facts(label: string, values: readonly string[]): string[] {
  return values.map((value, index) => `${(index === 0 ? label : '').padStart(10)} ${value}`);
}
