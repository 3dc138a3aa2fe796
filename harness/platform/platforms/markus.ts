import type { Kit, Platform } from '../platform.ts';
import { graderCommand, quoted, script, testHead } from '../shell.ts';
import { toolsNeeded } from '../toolchains.ts';

/** MarkUs with its custom tester: a script that prints a line of JSON for each test. */
export const markus: Platform = {
  title: 'MarkUs',
  about: 'the files of a custom tester',
  contract: { reports: [{ name: 'markus' }], exit: 'written' },
  form: 'folder',
  level: 'none',
  bringsNode: true,
  files: (kit) => [
    { path: 'grade.sh', content: grade(kit), executable: true },
    ...kit.program,
    ...kit.node,
    ...kit.assignment,
    { path: 'test-locally.sh', content: test(), executable: true },
  ],
  next: ({ packages }, out) => [
    `Upload what is in ${out} as test files of the assignment, and choose grade.sh for a custom tester.`,
    ...toolsNeeded('The machine that runs the tests', packages),
  ],
};

/** What belongs to the tester in the folder that MarkUs puts both into. */
const OURS = ['grade.sh', 'test-locally.sh', 'socket-grader', 'node', 'assignment'];

function grade({ entry }: Kit): string {
  return script(
    '#!/usr/bin/env bash',
    '# MarkUs runs this in a folder with the submission and the test files; each line that it prints is a test.',
    'here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)',
    'submission=$(mktemp -d)',
    `trap 'rm -rf "$submission"' EXIT`,
    'for each in *; do',
    `  case "$each" in ${OURS.join('|')}) ;; *) cp -R -- "$each" "$submission/" ;; esac`,
    'done',
    `${graderCommand('"$here"')} run "$submission" --spec "$here"/assignment/${quoted(entry)} --for markus 2>/dev/null`,
  );
}

function test(): string {
  return script(
    ...testHead('MarkUs'),
    'copy_submission "$stage"',
    'cp -R "$here/." "$stage/"',
    'cd "$stage"',
    './grade.sh',
  );
}
