import { IN_IMAGE, imageFiles } from '../image.ts';
import type { Kit, PackageFile, Platform } from '../platform.ts';
import { quoted, script, testHead, testTail, WITH_PLACES } from '../shell.ts';

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
    ...withEntry(imageFiles(kit, '', true), kit),
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  next: (_, out) => [`Upload ${out} as a custom grader of the programming assignment.`],
};

/** The image begins with the grading itself. */
function withEntry(files: readonly PackageFile[], { entry }: Kit): readonly PackageFile[] {
  const command = JSON.stringify([
    ...IN_IMAGE.split(' '),
    'run',
    '/shared/submission',
    '--spec',
    `/assignment/${entry}`,
    '--for',
    'coursera',
  ]);
  return files.map((file) =>
    file.path === 'Dockerfile' && typeof file.content === 'string'
      ? {
          ...file,
          content: `${file.content.replace(/^CMD .*\n/m, '').replace('RUN chmod -R go-rwx /assignment\n', '')}ENTRYPOINT ${command}\n`,
        }
      : file,
  );
}

function test({ entry }: Kit): string {
  return script(
    ...testHead('Coursera'),
    ...WITH_PLACES,
    'copy_submission "$stage/shared/submission"',
    'cp -R "$here/socket-grader" "$here/assignment" "$stage/"',
    'chmod 755 "$stage"',
    'status=0',
    `with_places shared socket-grader assignment -- ${IN_IMAGE} run /shared/submission --spec ${quoted(`/assignment/${entry}`)} --for coursera >&2 || status=$?`,
    ...testTail('$stage/shared/feedback.json'),
  );
}
