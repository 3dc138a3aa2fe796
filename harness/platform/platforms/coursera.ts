import { IN_IMAGE, imageFiles } from '../image.ts';
import type { Kit, Platform } from '../platform.ts';
import { asOrdinaryUser, quoted, script, testHead, testTail, WITH_PLACES } from '../shell.ts';

/** Coursera's custom graders, after coursera_autograder: a zip whose root has a Dockerfile. */
export const coursera: Platform = {
  title: 'Coursera',
  about: 'the zip of a custom grader',
  contract: {
    reports: [{ name: 'coursera', file: '/shared/feedback.json' }],
    exit: 'written',
    seconds: 1200,
  },
  form: 'zip',
  level: 'none',
  memory: 4096 * 1024 * 1024,
  unproved: 'That a grader is not root is general knowledge; the level is found out when it runs.',
  files: (kit) => [
    ...imageFiles(kit, { assignment: 'everybody', entrypoint: entrypoint(kit) }),
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  next: (_, out) => [`Upload ${out} as a custom grader of the programming assignment.`],
};

/** The image is the grading itself. */
function entrypoint({ entry }: Kit): readonly string[] {
  const spec = `/assignment/${entry}`;
  return [...IN_IMAGE.split(' '), 'run', '/shared/submission', '--spec', spec, '--for', 'coursera'];
}

function test({ entry }: Kit): string {
  return script(
    ...testHead('Coursera'),
    ...WITH_PLACES,
    'copy_submission "$stage/shared/submission"',
    'cp -R "$here/socket-grader" "$here/assignment" "$stage/"',
    'chmod 755 "$stage"',
    asOrdinaryUser('shared'),
    'status=0',
    `with_places shared socket-grader assignment -- ${IN_IMAGE} run /shared/submission --spec ${quoted(`/assignment/${entry}`)} --for coursera >&2 || status=$?`,
    ...testTail('$stage/shared/feedback.json'),
  );
}
