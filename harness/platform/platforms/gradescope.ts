import type { Kit, Platform } from '../platform.ts';
import { aptInstall, graderCommand, quoted, script, testHead, testTail, WITH_PLACES } from '../shell.ts';
import { besidesNode } from '../toolchains.ts';

/** Gradescope, after gradescope-autograders.readthedocs.io: a zip whose root has `setup.sh` and `run_autograder`. */
export const gradescope: Platform = {
  title: 'Gradescope',
  about: 'the zip to upload as the autograder of a programming assignment',
  contract: {
    reports: [{ name: 'gradescope', file: '/autograder/results/results.json' }],
    exit: 'written',
    seconds: 600,
  },
  form: 'zip',
  level: 'uid',
  memory: 768 * 1024 * 1024,
  bringsNode: true,
  files: (kit) => [
    { path: 'setup.sh', content: setup(kit), executable: true },
    { path: 'run_autograder', content: run(kit), executable: true },
    { path: 'test-locally.sh', content: test(), executable: true },
    ...kit.program,
    ...kit.node,
    ...kit.assignment,
  ],
  next: (_, out) => [
    `Upload ${out} under "Configure Autograder" of a programming assignment (Ubuntu 22.04).`,
    `Try it before: unzip ${quoted(out)} -d /tmp/try && /tmp/try/test-locally.sh SUBMISSION`,
  ],
};

function setup({ packages }: Kit): string {
  return script(
    '#!/usr/bin/env bash',
    '# Runs once, when Gradescope builds the image: as root, with a network.',
    'set -euo pipefail',
    '# Without the Node of the system, which is older than that of this package.',
    ...aptInstall(besidesNode(packages)),
    '# Programs that are graded run as another user, who must not read what is hidden.',
    'chmod -R go-rwx /autograder/source/assignment',
  );
}

function run({ entry }: Kit): string {
  return script(
    '#!/usr/bin/env bash',
    '# Runs for each submission, as root; writes /autograder/results/results.json in every case.',
    'cd /autograder',
    'mkdir -p results',
    'chmod go-rwx results submission_metadata.json 2>/dev/null || true',
    'export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    `exec ${graderCommand('source')} run submission --spec ${quoted(`source/assignment/${entry}`)} --for gradescope`,
  );
}

function test(): string {
  const metadata = {
    id: 1,
    created_at: '2026-01-15T12:00:00.000000-08:00',
    assignment: {
      due_date: '2026-01-16T12:00:00.000000-08:00',
      total_points: '100.0',
      group_submission: false,
    },
    submission_method: 'upload',
    users: [{ email: 'student@example.edu', id: 1, name: 'A Student' }],
    previous_submissions: [],
  };
  return script(
    ...testHead('Gradescope'),
    ...WITH_PLACES,
    'mkdir -p "$stage/autograder/source" "$stage/autograder/results"',
    'cp -R "$here/." "$stage/autograder/source/"',
    'cp "$here/run_autograder" "$stage/autograder/"',
    '# What setup.sh does on Gradescope, but for the toolchains, which are those of this machine.',
    'chmod -R go-rwx "$stage/autograder/source/assignment"',
    'chmod 755 "$stage"',
    'copy_submission "$stage/autograder/submission"',
    `echo ${quoted(JSON.stringify(metadata))} > "$stage/autograder/submission_metadata.json"`,
    'status=0',
    'with_places autograder -- /autograder/run_autograder > "$stage/stdout" 2> "$stage/stderr" || status=$?',
    'cat "$stage/stderr" >&2',
    ...testTail('$stage/autograder/results/results.json'),
  );
}
