import { IMAGE, IN_IMAGE, imageFiles } from '../image.ts';
import type { Kit, Platform } from '../platform.ts';
import { quoted, script, testHead, testTail } from '../shell.ts';

const RESULTS = 'test-reports/results.xml';
/** The folder of the tests' repository, as Artemis checks it out. */
const TESTS = 'tests';

/** Artemis, after the templates of its build plans: a windfile and the tests' repository. */
export const artemis: Platform = {
  title: 'Artemis',
  about: "the tests' repository with its windfile, and the image",
  contract: { reports: [{ name: 'junit', file: RESULTS }], exit: 'written' },
  form: 'folder',
  level: 'uid',
  files: (kit) => [
    { path: '.artemis/windfile.yaml', content: windfile(kit) },
    ...kit.assignment,
    ...imageFiles(kit, 'image/'),
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  next: (_, out) => [
    `Build the image and push it where Artemis can read it: docker build -t ${IMAGE} ${quoted(`${out}/image`)}`,
    `Push ${out} as the tests' repository of the exercise; the names of the test cases are those of the scenarios.`,
  ],
};

function command(grader: string, spec: string): string {
  return `mkdir -p test-reports && ${grader} run assignment --spec ${spec} --for artemis`;
}

function windfile({ spec, slug, entry }: Kit): string {
  return script(
    'api: v0.0.1',
    'metadata:',
    `  name: ${JSON.stringify(spec.title)}`,
    `  id: ${JSON.stringify(slug)}`,
    `  description: ${JSON.stringify(spec.description ?? spec.title)}`,
    '  docker:',
    `    image: ${IMAGE}`,
    '    tag: latest',
    'actions:',
    '  - name: grade',
    '    script: |-',
    `      ${command(IN_IMAGE, quoted(`${TESTS}/assignment/${entry}`))}`,
    '    runAlways: false',
    '    results:',
    '      - name: junit',
    "        path: 'test-reports/*.xml'",
    '        type: junit',
    '        before: true',
  );
}

function test({ entry }: Kit): string {
  return script(
    ...testHead('Artemis'),
    'copy_submission "$stage/assignment"',
    `mkdir "$stage/${TESTS}"`,
    `cp -R "$here/assignment" "$stage/${TESTS}/"`,
    'cd "$stage"',
    'status=0',
    `(${command('node "$here"/image/socket-grader/dist/cli/main.js', quoted(`${TESTS}/assignment/${entry}`))}) >&2 || status=$?`,
    ...testTail(RESULTS),
  );
}
