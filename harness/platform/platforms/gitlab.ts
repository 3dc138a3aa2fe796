import type { Kit, Platform } from '../platform.ts';
import { quoted, script, testHead, testTail } from '../shell.ts';
import { besidesNode } from '../toolchains.ts';

const FOLDER = 'grader';

/** GitLab CI: a job whose report shows in merge requests. */
export const gitlab: Platform = {
  title: 'GitLab CI',
  about: 'a job for a repository, with its report as JUnit',
  contract: {
    reports: [
      { name: 'terminal' },
      { name: 'junit', file: 'junit.xml' },
      { name: 'html', file: 'report.html' },
    ],
    exit: 'verdict',
  },
  form: 'folder',
  level: 'uid',
  readable: true,
  unproved: 'The keys of the job file are general knowledge; the command in it is tested.',
  files: (kit) => [
    { path: '.gitlab-ci.yml', content: job(kit) },
    ...[...kit.program, ...kit.assignment].map((file) => ({ ...file, path: `${FOLDER}/${file.path}` })),
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  next: (_, out) => [
    `Copy what is in ${out} into the repository from which students start.`,
    'Level full needs a runner that is privileged, or that allows user namespaces.',
  ],
};

function job({ entry, packages }: Kit): string {
  return script(
    'grade:',
    '  image: node:20-bookworm-slim',
    '  before_script:',
    '    - apt-get update -qq',
    `    - apt-get install -y -qq --no-install-recommends ${['bubblewrap', 'strace', 'procps', ...besidesNode(packages)].join(' ')}`,
    '  script:',
    `    - submission=$(mktemp -d) && tar c --exclude=./${FOLDER} --exclude=./.git . | tar x -C "$submission"`,
    `    - node ${FOLDER}/socket-grader/dist/cli/main.js run "$submission" --spec ${quoted(`${FOLDER}/assignment/${entry}`)} --for gitlab`,
    '  # 3: nothing failed, but something could not be decided.',
    '  allow_failure: { exit_codes: [3] }',
    '  artifacts:',
    '    when: always',
    '    paths: [report.html]',
    '    expose_as: Report',
    '    reports: { junit: junit.xml }',
  );
}

function test({ entry }: Kit): string {
  return script(
    ...testHead("GitLab's runner"),
    'copy_submission "$stage/submission"',
    'cd "$stage"',
    'status=0',
    `CI=true GITLAB_CI=true node "$here/${FOLDER}/socket-grader/dist/cli/main.js" run submission --spec "$here/${FOLDER}/assignment/"${quoted(entry)} --for gitlab >&2 || status=$?`,
    ...testTail('junit.xml'),
  );
}
