#!/usr/bin/env node
import { EXIT } from './exit.ts';
import { commandHelp, HELP, HELP_TEXTS } from './help/index.ts';

/** All commands are one bundle, which help does without: it must be quick. */
const commands = () => import('./commands.ts');

async function main([command, ...args]: string[]): Promise<number> {
  if (command === undefined) {
    process.stderr.write(HELP);
    return EXIT.usage;
  }
  if (command === '--help' || command === '-h') return print(HELP);
  if (command === 'help') return help(args);
  if (command === '--version' || command === '-V') {
    const { version } = await import('../base/version.ts');
    return print(`${version()}\n`);
  }
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  const text = commandHelp(command);
  if (text !== undefined && (options.includes('--help') || options.includes('-h'))) return print(text);
  const { COMMANDS } = await commands();
  const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  return load ? (await load())(args) : unknownCommand(command, Object.keys(COMMANDS));
}

/** `socket-grader help` and `socket-grader help COMMAND`. */
function help([topic, ...more]: readonly string[]): number | Promise<number> {
  if (topic === undefined || ['help', '--help', '-h'].includes(topic)) return print(HELP);
  const text = commandHelp(topic);
  if (text === undefined) return unknownCommand(topic, Object.keys(HELP_TEXTS));
  if (more.length === 0) return print(text);
  process.stderr.write(`socket-grader: help: one command at a time, not also ${more.join(', ')}\n`);
  return EXIT.usage;
}

async function unknownCommand(command: string, known: readonly string[]): Promise<number> {
  const { suggest } = await commands();
  process.stderr.write(
    `socket-grader: unknown command ${JSON.stringify(command)}: ${suggest(command, known)}\nTry socket-grader --help.\n`,
  );
  return EXIT.usage;
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.passed;
}

let unwritten = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads our output may stop reading (`| head`); that is no reason to fail.
  if (error.code === 'EPIPE' || unwritten) return;
  unwritten = true;
  process.stderr.write(`socket-grader: standard output can't be written: ${error.message}\n`);
  process.exitCode = EXIT.internal;
});
process.stderr.on('error', () => {});

const finish = (code: number) => {
  process.exitCode = unwritten && code < EXIT.interrupted ? EXIT.internal : code;
};

// An uncaught error is the grader's own failure: Node's status for it would say that a student's program failed.
process.on('uncaughtException', (error) => {
  void commands().then(({ explain }) => process.exit(explain(error)));
});

// Should the process end without a result, that must not look like one.
process.exitCode = EXIT.internal;
main(process.argv.slice(2)).then(finish, async (error: unknown) => {
  const { explain } = await commands();
  finish(explain(error));
});
