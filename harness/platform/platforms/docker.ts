import { IMAGE, IN_IMAGE, imageFiles } from '../image.ts';
import type { Kit, Platform } from '../platform.ts';
import { quoted, script, testHead } from '../shell.ts';

/** An image that other platforms, clusters and people run: it has the grader, the toolchains and the assignment. */
export const docker: Platform = {
  title: 'Docker',
  about: 'what an image with the grader, the toolchains and the assignment is built from',
  contract: { reports: [{ name: 'terminal' }], exit: 'verdict' },
  form: 'folder',
  level: 'uid',
  files: (kit) => [
    ...imageFiles(kit, '', true),
    { path: '.dockerignore', content: 'test-locally.sh\n' },
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  next: ({ entry }, out) => [
    `Build it: docker build -t ${IMAGE} ${quoted(out)}`,
    `Grade with it: docker run --rm --network none -v "$PWD/submission:/submission:ro" ${IMAGE} socket-grader run /submission --spec ${quoted(`/assignment/${entry}`)}`,
    'Full isolation in a container: --security-opt seccomp=unconfined --cap-add SYS_ADMIN --cap-add NET_ADMIN.',
  ],
};

function test({ entry }: Kit): string {
  return script(
    ...testHead('the image'),
    'copy_submission "$stage/submission"',
    'cd "$stage"',
    `${IN_IMAGE.replace(' /socket-grader', ' "$here"/socket-grader')} run submission --spec "$here/assignment/"${quoted(entry)} --for docker`,
  );
}
