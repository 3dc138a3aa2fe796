import type { Kit, Platform } from '../platform.ts';
import { quoted, script, testHead, testTail } from '../shell.ts';
import { besidesNode } from '../toolchains.ts';

/** What a student's repository must not bring into the commit that is graded. */
const RESULTS = ['result.json', 'release-body.md', 'report.html'];

/** Classroom 50, after its wiki on advanced autograding: a folder below the classroom's `autograders/`. */
export const classroom50: Platform = {
  title: 'Classroom 50',
  about: "a folder for the classroom's autograders, and the runtime that it needs",
  contract: {
    reports: [
      { name: 'classroom50', file: 'result.json' },
      { name: 'markdown', file: 'release-body.md' },
      { name: 'html', file: 'report.html' },
    ],
    exit: 'written',
  },
  form: 'folder',
  level: 'full',
  readable: true,
  files: (kit) => [
    { path: 'autograder.py', content: autograder(kit), executable: true },
    ...kit.program,
    ...kit.assignment,
    { path: 'runtime.json', content: `${JSON.stringify(runtime(kit), undefined, 2)}\n` },
    { path: 'test-locally.sh', content: test(), executable: true },
  ],
  next: ({ slug }, out) => [
    `Put ${out} into the classroom as autograders/${slug}/.`,
    `Set its runtime: gh teacher assignment add ORG CLASSROOM ${slug} --runtime ${quoted(`${out}/runtime.json`)} (and --name, --template …)`,
    'Add "release_assets": ["report.html"] to its entry in assignments.json ("Submission release files" in the form), so that students find the report in their release.',
  ],
};

function runtime({ packages }: Kit): object {
  return {
    'runs-on': 'ubuntu-latest',
    node: '20',
    apt: ['bubblewrap', 'strace', ...besidesNode(packages)],
  };
}

function autograder({ entry }: Kit): string {
  return script(
    '#!/usr/bin/env python3',
    '"""Grades the repository in the current folder; ends with 0 when there is a result, whatever it says."""',
    'import os',
    'import pathlib',
    'import subprocess',
    'import sys',
    '',
    'here = pathlib.Path(os.environ.get("CLASSROOM50_BUNDLE_DIR") or pathlib.Path(__file__).parent).resolve()',
    `for name in ${JSON.stringify(RESULTS)}:`,
    '    pathlib.Path(name).unlink(missing_ok=True)',
    '# Ubuntu 24.04 forbids user namespaces, which isolation needs, until this is set.',
    'if os.path.exists("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"):',
    '    subprocess.run(["sudo", "-n", "sysctl", "-q", "kernel.apparmor_restrict_unprivileged_userns=0"], check=False)',
    '# When it was submitted, which stays the same when it is graded again.',
    'log = ["git", "-c", "safe.directory=*", "log", "-1", "--format=%cI"]',
    'try:',
    '    committed = subprocess.run(log, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()',
    'except OSError:',
    '    committed = ""',
    'env = {**os.environ, **({"COMMIT_TIME": committed} if committed else {})}',
    'grader = here / "socket-grader" / "dist" / "cli" / "main.js"',
    `spec = here / "assignment" / ${JSON.stringify(entry)}`,
    'sys.exit(subprocess.run(["node", grader, "run", ".", "--spec", spec, "--for", "classroom50"], env=env).returncode)',
  );
}

function test(): string {
  return script(
    ...testHead('Classroom 50'),
    'copy_submission "$stage/checkout"',
    'export CLASSROOM=test ASSIGNMENT=test ASSIGNMENT_TYPE=individual SUBMISSION_TAG=submit/1 USERNAME=student',
    'export COMMIT_URL=https://example.org/c RELEASE_URL=https://example.org/r REVIEW_URL=https://example.org/v',
    'export GITHUB_ACTIONS=true CI=true',
    'status=0',
    '(cd "$stage/checkout" && python3 "$here/autograder.py") > "$stage/stdout" || status=$?',
    'cat "$stage/stdout" >&2',
    ...testTail('$stage/checkout/result.json'),
  );
}
