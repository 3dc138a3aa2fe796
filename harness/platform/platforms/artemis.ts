import { IMAGE, IN_IMAGE, imageFiles } from '../image.ts';
import type { Kit, Platform } from '../platform.ts';
import { quoted, script, testHead, testTail, WITH_PLACES } from '../shell.ts';

const RESULTS = 'test-reports/results.xml';
/** In the tests' repository; not `assignment`, since that is how the student's is called where both are checked out. */
const FOLDER = 'grader';

/** Artemis, after the templates of its build plans: a windfile and the tests' repository. */
export const artemis: Platform = {
  title: 'Artemis',
  about: "the tests' repository with its windfile, and the image",
  contract: { reports: [{ name: 'junit', file: RESULTS, audience: 'staff' }], exit: 'written' },
  form: 'folder',
  level: 'uid',
  unproved:
    'That Artemis runs a build as root, and hides a test case by its own visibility, is general knowledge; without root, hidden scenarios are not run and come out as errors.',
  files: (kit) => [
    { path: '.artemis/windfile.yaml', content: windfile(kit) },
    ...kit.assignment.map((file) => ({ ...file, path: `${FOLDER}/${file.path}` })),
    ...imageFiles(kit, { folder: 'image/' }),
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  next: ({ scenarios }, out) => {
    const hidden = scenarios.filter(({ visibility }) => visibility !== 'visible').map(({ id }) => id);
    return [
      `Build the image and push it where Artemis can read it: docker build -t ${IMAGE} ${quoted(`${out}/image`)}`,
      `Push ${out} as the tests' repository of the exercise; the names of the test cases are those of the scenarios.`,
      ...(hidden.length === 0
        ? []
        : [`Hide these test cases in Artemis before students submit: ${hidden.join(', ')}.`]),
    ];
  },
};

/** Lines of a shell; Artemis checks the tests' repository out into `tests`, or around the student's. */
function grading(entry: string): readonly string[] {
  return [
    'mkdir -p test-reports',
    `tests=tests; [ -d tests/${FOLDER} ] || tests=.`,
    '# Programs that are graded run as another user, who must not read what is hidden.',
    `chmod -R go-rwx "$tests/${FOLDER}" 2>/dev/null || true`,
    `${IN_IMAGE} run assignment --spec "$tests"/${quoted(`${FOLDER}/assignment/${entry}`)} --for artemis`,
  ];
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
    ...grading(entry).map((line) => `      ${line}`),
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
    ...WITH_PLACES,
    'copy_submission "$stage/build/assignment"',
    'mkdir "$stage/build/tests"',
    `cp -R "$here/${FOLDER}" "$stage/build/tests/"`,
    'cp -R "$here/image/socket-grader" "$stage/"',
    'chmod 755 "$stage"',
    'cat > "$stage/build/grade.sh" <<\'END\'',
    'cd /build',
    ...grading(entry),
    'END',
    'status=0',
    'with_places build socket-grader -- bash /build/grade.sh >&2 || status=$?',
    ...testTail(`$stage/build/${RESULTS}`),
  );
}
