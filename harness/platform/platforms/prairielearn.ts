import { IMAGE, IN_IMAGE, imageFiles } from '../image.ts';
import type { Kit, Platform } from '../platform.ts';
import { quoted, script, testHead, testTail, WITH_PLACES } from '../shell.ts';

/** Seconds that a question may take; PrairieLearn allows 600 at most. */
const TIMEOUT = 300;

/** PrairieLearn's external graders, after docs/externalGrading.md: a question folder, and the image that grades it. */
export const prairielearn: Platform = {
  title: 'PrairieLearn',
  about: 'a question folder, and the image of its external grader',
  contract: {
    reports: [{ name: 'prairielearn', file: '/grade/results/results.json' }],
    exit: 'written',
    seconds: TIMEOUT,
    seed: { file: '/grade/data/data.json', key: 'variant_seed' },
  },
  form: 'folder',
  level: 'uid',
  memory: 2 * 1024 * 1024 * 1024,
  files: (kit) => [
    { path: 'info.json', content: `${JSON.stringify(info(kit), undefined, 2)}\n` },
    { path: 'question.html', content: question(kit) },
    { path: 'tests/run.sh', content: run(kit), executable: true },
    ...kit.assignment.map((file) => ({ ...file, path: `tests/${file.path}` })),
    ...imageFiles(kit, { folder: 'image/' }),
    { path: 'test-locally.sh', content: test(), executable: true },
  ],
  next: (_, out) => [
    `Put ${out} among the questions of the course, without its folder image/.`,
    `Build the image and push it to where PrairieLearn can read it: docker build -t ${IMAGE} ${quoted(`${out}/image`)}`,
    'Set its name in info.json (linux/amd64, public), and synchronise it on the Sync page of the course.',
  ],
};

function info({ spec }: Kit): object {
  return {
    uuid: uuidOf(spec.sha256),
    title: spec.title,
    topic: 'Sockets',
    tags: [],
    type: 'v3',
    gradingMethod: 'External',
    externalGradingOptions: {
      enabled: true,
      image: IMAGE,
      entrypoint: '/grade/tests/run.sh',
      timeout: TIMEOUT,
      enableNetworking: false,
    },
  };
}

function question({ spec, fileNames }: Kit): string {
  const isPattern = (name: string) => /[*?[]/.test(name);
  const list = (names: readonly string[]) =>
    names.map((name) => name.replaceAll(',', '\\,').replaceAll('"', '&quot;')).join(', ');
  const names = list(fileNames.filter((name) => !isPattern(name)));
  const patterns = list(fileNames.filter(isPattern));
  const about = (spec.description ?? spec.title).trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return script(
    '<pl-question-panel>',
    `<p>${about}</p>`,
    `<pl-file-upload optional-file-names="${names}" optional-file-patterns="${patterns}"></pl-file-upload>`,
    '</pl-question-panel>',
    '<pl-submission-panel>',
    '<pl-external-grader-results></pl-external-grader-results>',
    '<pl-file-preview></pl-file-preview>',
    '</pl-submission-panel>',
  );
}

function run({ entry }: Kit): string {
  return script(
    '#!/usr/bin/env bash',
    '# PrairieLearn ignores a result whose container does not end with 0.',
    'mkdir -p /grade/results',
    '# Programs that are graded run as another user, who must not read what is hidden.',
    'chmod -R go-rwx /grade/tests/assignment /grade/data /grade/results 2>/dev/null || true',
    `exec ${IN_IMAGE} run /grade/student --spec ${quoted(`/grade/tests/assignment/${entry}`)} --for prairielearn`,
  );
}

function test(): string {
  const data = {
    params: {},
    correct_answers: {},
    submitted_answers: {},
    format_errors: {},
    variant_seed: 1234,
    options: {},
  };
  return script(
    ...testHead('PrairieLearn'),
    ...WITH_PLACES,
    'mkdir -p "$stage/grade/data"',
    'cp -R "$here/tests" "$stage/grade/"',
    'cp -R "$here/image/socket-grader" "$stage/"',
    'chmod 755 "$stage"',
    'copy_submission "$stage/grade/student"',
    `echo ${quoted(JSON.stringify(data))} > "$stage/grade/data/data.json"`,
    'status=0',
    'with_places grade socket-grader -- prlimit --nproc=1024 /grade/tests/run.sh > "$stage/stdout" 2> "$stage/stderr" || status=$?',
    'cat "$stage/stderr" >&2',
    '[ "$(stat -c %s "$stage/grade/results/results.json" 2>/dev/null || echo 0)" -le 1048576 ] || { echo "results.json is larger than 1 MiB" >&2; exit 1; }',
    ...testTail('$stage/grade/results/results.json'),
  );
}

/** The same question keeps its identity when it is packed again. */
function uuidOf(sha256: string): string {
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(sha256.padEnd(32, '0')) ?? [];
  return `${a}-${b}-4${c}-8${d}-${e}`;
}
