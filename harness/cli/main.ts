#!/usr/bin/env node
import { EXIT } from './exit.ts';
import { commandHelp, HELP } from './help.ts';

/** All commands are one bundle, which help does without: it must be quick. */
const commands = () => import('./commands.ts');

async function main([command, ...args]: string[]): Promise<number> {
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    const topic = command === 'help' ? args[0] : undefined;
    process.stdout.write((topic === undefined ? undefined : commandHelp(topic)) ?? HELP);
    return command === undefined ? EXIT.usage : EXIT.passed;
  }
  if (command === '--version' || command === '-V') {
    const { version } = await import('../base/version.ts');
    process.stdout.write(`${version()}\n`);
    return EXIT.passed;
  }
  if (args.includes('--help') || args.includes('-h')) {
    const help = commandHelp(command);
    if (help !== undefined) {
      process.stdout.write(help);
      return EXIT.passed;
    }
  }
  const { COMMANDS, suggest } = await commands();
  const load = COMMANDS[command];
  if (!load) {
    process.stderr.write(
      `socket-grader: unknown command "${command}": ${suggest(command, Object.keys(COMMANDS))}\nTry socket-grader --help.\n`,
    );
    return EXIT.usage;
  }
  return (await load())(args);
}

// Whoever reads our output may stop reading (`| head`); that is no reason to fail.
process.stdout.on('error', () => {});

// Should the process end without a result, that must not look like one.
process.exitCode = EXIT.internal;
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  async (error: unknown) => {
    const { explain } = await commands();
    process.exitCode = explain(error);
  },
);
