#!/usr/bin/env node
import { EXIT } from './exit.ts';
import { commandHelp, HELP } from './help.ts';

/** Each command in a file of its own, loaded only when it is asked for: `--help` must be quick. */
const COMMANDS: Readonly<Record<string, () => Promise<(args: string[]) => Promise<number>>>> = {
  run: async () => (await import('./run.ts')).runCommand,
  batch: async () => (await import('./batch.ts')).batchCommand,
  merge: async () => (await import('./merge.ts')).mergeCommand,
  rejudge: async () => (await import('./rejudge.ts')).rejudgeCommand,
  validate: async () => (await import('./validate.ts')).validateCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  schema: async () => (await import('./schema.ts')).schemaCommand,
  calibrate: async () => (await import('./calibrate.ts')).calibrateCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
};

async function main([command, ...args]: string[]): Promise<number> {
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    const topic = command === 'help' ? args[0] : undefined;
    process.stdout.write(topic === undefined ? HELP : commandHelp(topic));
    return command === undefined ? EXIT.usage : EXIT.passed;
  }
  if (command === '--version' || command === '-V') {
    const { version } = await import('../version.ts');
    process.stdout.write(`${version()}\n`);
    return EXIT.passed;
  }
  const load = COMMANDS[command];
  if (!load) {
    const { suggest } = await import('../steps/scope.ts');
    process.stderr.write(
      `socket-grader: unknown command "${command}": ${suggest(command, Object.keys(COMMANDS))}\nTry socket-grader --help.\n`,
    );
    return EXIT.usage;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(commandHelp(command));
    return EXIT.passed;
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
    const { explain } = await import('./explain-error.ts');
    process.exitCode = explain(error);
  },
);
