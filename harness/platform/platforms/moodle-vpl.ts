import type { Kit, Platform } from '../platform.ts';
import { graderCommand, quoted, script, testHead } from '../shell.ts';
import { toolsNeeded } from '../toolchains.ts';

/** The archive that VPL copies beside a submission. */
const ARCHIVE = 'grader.tar.gz';

/** Moodle's Virtual Programming Lab: execution files that VPL copies beside each submission. */
export const moodleVpl: Platform = {
  title: 'Moodle VPL',
  about: 'execution files for a Virtual Programming Lab',
  contract: { reports: [{ name: 'moodle-vpl' }], exit: 'written', seconds: 240 },
  form: 'folder',
  level: 'none',
  readable: true,
  bringsNode: true,
  unproved:
    'VPL_GRADEMAX and VPL_SUBFILES of vpl_environment.sh are general knowledge; without them the grade is of 100.',
  files: (kit) => [
    { path: 'vpl_evaluate.sh', content: evaluate(kit), executable: true },
    { path: ARCHIVE, content: { tar: [...kit.program, ...kit.node, ...kit.assignment] } },
    { path: 'test-locally.sh', content: test(), executable: true },
  ],
  next: ({ packages }, out) => [
    `Upload vpl_evaluate.sh and ${ARCHIVE} of ${out} under "Execution files", and keep both when running.`,
    ...toolsNeeded('The execution server (jail)', packages),
    'Set the maximum execution time to 5 minutes and the memory to at least 512 MiB.',
  ],
};

function evaluate({ entry }: Kit): string {
  return script(
    '#!/bin/bash',
    '# VPL runs this first, and then vpl_execution, whose output holds the comments and the grade.',
    '[ -f vpl_environment.sh ] && . ./vpl_environment.sh',
    "cat > vpl_execution <<'END'",
    '#!/bin/bash',
    '[ -f vpl_environment.sh ] && . ./vpl_environment.sh',
    'export VPL_GRADEMAX',
    'mkdir -p .grader .submission',
    `tar xf ${ARCHIVE} -C .grader`,
    'for each in *; do',
    `  case "$each" in vpl_*|${ARCHIVE}) ;; *) cp -R -- "$each" .submission/ ;; esac`,
    'done',
    `exec ${graderCommand('.grader')} run .submission --spec ${quoted(`.grader/assignment/${entry}`)} --for moodle-vpl 2>/dev/null`,
    'END',
    'chmod +x vpl_execution',
  );
}

function test(): string {
  return script(
    ...testHead('VPL'),
    'copy_submission "$stage"',
    `cp "$here/vpl_evaluate.sh" "$here/${ARCHIVE}" "$stage/"`,
    `echo 'VPL_GRADEMAX=20' > "$stage/vpl_environment.sh"`,
    'cd "$stage"',
    './vpl_evaluate.sh',
    './vpl_execution',
  );
}
