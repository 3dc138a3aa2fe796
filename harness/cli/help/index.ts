/** The help texts. Kept apart from the commands, so that showing them loads nothing else. */
import { BATCH } from './batch.ts';
import { CALIBRATE } from './calibrate.ts';
import { COMPLETION } from './completion.ts';
import { DESK } from './desk.ts';
import { DOCTOR } from './doctor.ts';
import { EXPLAIN } from './explain.ts';
import { FMT } from './fmt.ts';
import { INIT } from './init.ts';
import { MERGE } from './merge.ts';
import { PACKAGE } from './package.ts';
import { QUEUE } from './queue.ts';
import { RECORD } from './record.ts';
import { REJUDGE } from './rejudge.ts';
import { RUN } from './run.ts';
import { SCHEMA } from './schema.ts';
import { SIMILAR } from './similar.ts';
import { STATUS } from './status.ts';
import { SUBMIT } from './submit.ts';
import { TALK } from './talk.ts';
import { TRY } from './try.ts';
import { VALIDATE } from './validate.ts';
import { WORKER } from './worker.ts';

export const HELP = `socket-grader grades programs that use sockets (TCP, UDP, TLS): it starts one,
talks to it as nc would, and reports with evidence what passed and what did not.

Usage: socket-grader COMMAND …

Commands:
  init FOLDER      write a new assignment with a right and two wrong solutions
  run SUBMISSION   grade one submission, a folder or a file
  rejudge FOLDER…  judge recorded runs again by a changed specification
  batch ZIP|FOLDER grade a whole course, from the download to the gradebook
  worker           grade what other machines have put into a queue
  submit PROGRAM   have one submission graded by the workers of a queue
  queue status     show what waits and runs in a queue
  desk FOLDER      look through a batch, set points, comment and export
  status FOLDER…   show how far a batch is, or all its parts
  merge FOLDER…    join batches that were graded in parts
  similar FOLDER   find submissions of a batch that are alike
  validate SPEC…   check specifications for mistakes; runs nothing
  fmt SPEC…        format specifications; comments stay
  explain SPEC     describe in plain words what a specification does
  schema           print the JSON Schema of specifications, for editors
  doctor           report what this machine can do, and how to get the rest
  record SPEC      talk to a solution as nc does, and get the scenario
  talk PROGRAM     talk to a program and see what the kernel sees of it
  try SPEC         show whether right solutions pass and wrong ones fail
  calibrate SPEC   prove a specification on a reference solution and its mutants
  package PLATFORM make the files that a grading platform needs
  completion SHELL print the completion script for bash, zsh or fish
  help COMMAND     show the help of a command

  --help           show this text
  --version        show the version

Exit status: 0 everything passed; 1 something failed; 2 wrong usage or
specification, nothing was run; 3 nothing failed, but something is inconclusive;
4 the grader itself failed.
`;

/** The help of each command, by its name. */
export const HELP_TEXTS: Readonly<Record<string, string>> = {
  init: INIT,
  run: RUN,
  rejudge: REJUDGE,
  batch: BATCH,
  worker: WORKER,
  submit: SUBMIT,
  queue: QUEUE,
  desk: DESK,
  status: STATUS,
  merge: MERGE,
  similar: SIMILAR,
  validate: VALIDATE,
  fmt: FMT,
  explain: EXPLAIN,
  schema: SCHEMA,
  doctor: DOCTOR,
  record: RECORD,
  talk: TALK,
  try: TRY,
  calibrate: CALIBRATE,
  package: PACKAGE,
  completion: COMPLETION,
};

/** Help on one command, or undefined where there is no such command. */
export function commandHelp(command: string): string | undefined {
  return Object.hasOwn(HELP_TEXTS, command) ? HELP_TEXTS[command] : undefined;
}
