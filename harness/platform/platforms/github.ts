import type { Kit, Platform } from '../platform.ts';
import { quoted, script, testHead, testTail } from '../shell.ts';
import { besidesNode } from '../toolchains.ts';

/** Where the grader and the assignment lie in a repository. */
const FOLDER = '.github/grader';

/** GitHub Actions: a workflow that grades the repository that it is in, and one that grades a course in parts. */
export const github: Platform = {
  title: 'GitHub Actions',
  about: 'workflows for one repository, and for a whole course in parts',
  contract: {
    reports: [
      { name: 'json', file: 'reports/grade/report.json' },
      { name: 'html', file: 'reports/grade/report.html' },
    ],
    exit: 'verdict',
  },
  form: 'folder',
  level: 'full',
  readable: true,
  files: (kit) => [
    { path: '.github/workflows/grade.yml', content: one(kit) },
    { path: '.github/workflows/grade-course.yml', content: course(kit) },
    ...[...kit.program, ...kit.assignment].map((file) => ({ ...file, path: `${FOLDER}/${file.path}` })),
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  next: (_, out) => [
    `Copy ${out}/.github into the repository from which students start; grade.yml runs at each push.`,
    'grade-course.yml is started by hand and grades an archive of all submissions in parts; take it only where staff alone can read.',
  ],
};

function setUp(packages: readonly string[]): readonly string[] {
  return [
    '      - uses: actions/setup-node@v4',
    '        with: { node-version: 20 }',
    '      - name: Isolation and toolchains',
    '        run: |',
    '          sudo apt-get update -qq',
    `          sudo apt-get install -y -qq --no-install-recommends ${['bubblewrap', 'strace', ...besidesNode(packages)].join(' ')}`,
    '          sudo sysctl -q kernel.apparmor_restrict_unprivileged_userns=0 || true',
  ];
}

function one({ entry, packages }: Kit): string {
  return script(
    'name: Grade',
    'on: [push, workflow_dispatch]',
    'permissions: { contents: read }',
    'jobs:',
    '  grade:',
    '    runs-on: ubuntu-latest',
    '    timeout-minutes: 20',
    '    steps:',
    '      - uses: actions/checkout@v4',
    ...setUp(packages),
    '      - name: Grade',
    '        run: |',
    '          mkdir "$RUNNER_TEMP/submission"',
    '          git archive HEAD -- . ":(exclude).github" | tar x -C "$RUNNER_TEMP/submission"',
    `          node ${FOLDER}/socket-grader/dist/cli/main.js run "$RUNNER_TEMP/submission" --spec ${quoted(`${FOLDER}/assignment/${entry}`)} --for github`,
    '      - uses: actions/upload-artifact@v4',
    '        if: always()',
    '        with: { name: report, path: reports/grade }',
  );
}

/** Parts of a course that are graded at the same time. */
const PARTS = 8;

function course({ entry, packages }: Kit): string {
  const grader = `node ${FOLDER}/socket-grader/dist/cli/main.js`;
  const parts = Array.from({ length: PARTS }, (_, at) => at + 1).join(', ');
  return script(
    'name: Grade a course',
    'on:',
    '  workflow_dispatch:',
    '    inputs:',
    '      submissions: { description: "Archive of all submissions in this repository", required: true }',
    'permissions: { contents: read }',
    'jobs:',
    '  part:',
    '    runs-on: ubuntu-latest',
    '    strategy:',
    '      fail-fast: false',
    `      matrix: { part: [${parts}] }`,
    '    steps:',
    '      - uses: actions/checkout@v4',
    ...setUp(packages),
    '      - name: Grade a part',
    '        env: { SUBMISSIONS: "${{ inputs.submissions }}" }',
    `        run: ${grader} batch "$SUBMISSIONS" --spec ${quoted(`${FOLDER}/assignment/${entry}`)} --out part --shard \${{ matrix.part }}/${PARTS} || [ $? = 3 ]`,
    '      # Names of artifacts refuse characters that names of submissions may have: one archive for each part.',
    '      - run: tar cf part-${{ matrix.part }}.tar part',
    '      - uses: actions/upload-artifact@v4',
    '        with: { name: "part-${{ matrix.part }}", path: "part-${{ matrix.part }}.tar" }',
    '  merge:',
    '    needs: part',
    '    runs-on: ubuntu-latest',
    '    steps:',
    '      - uses: actions/checkout@v4',
    '      - uses: actions/setup-node@v4',
    '        with: { node-version: 20 }',
    '      - uses: actions/download-artifact@v4',
    '        with: { path: parts, merge-multiple: true }',
    `      - run: for each in parts/*.tar; do mkdir -p "\${each%.tar}" && tar xf "$each" -C "\${each%.tar}"; done`,
    `      - run: ${grader} merge parts/*/part --out course || [ $? = 3 ]`,
    '      - run: tar cf course.tar course',
    '      - uses: actions/upload-artifact@v4',
    '        with: { name: course, path: course.tar }',
  );
}

function test({ entry }: Kit): string {
  return script(
    ...testHead('a runner of GitHub Actions'),
    'copy_submission "$stage/submission"',
    'export CI=true GITHUB_ACTIONS=true GITHUB_WORKSPACE="$stage" GITHUB_STEP_SUMMARY="$stage/summary.md"',
    'cd "$stage"',
    'status=0',
    `node "$here/${FOLDER}/socket-grader/dist/cli/main.js" run submission --spec "$here/${FOLDER}/assignment/"${quoted(entry)} --for github || status=$?`,
    '[ -s reports/grade/report.json ] || { echo "no report.json was written (exit status $status)" >&2; exit 1; }',
    ...testTail('summary.md'),
  );
}
