import { FULL_ISOLATION } from '../../base/docker-options.ts';
import { clusterFiles } from '../cluster.ts';
import { IMAGE, IN_IMAGE, imageFiles } from '../image.ts';
import type { Kit, Platform } from '../platform.ts';
import { quoted, script, testHead, WITH_PLACES } from '../shell.ts';

/** An image that other platforms, clusters and people run: it has the grader, the toolchains and the assignment. */
export const docker: Platform = {
  title: 'Docker',
  about: 'what an image with the grader, the toolchains and the assignment is built from',
  contract: { reports: [{ name: 'terminal' }], exit: 'verdict' },
  form: 'folder',
  level: 'uid',
  files: (kit) => [
    ...imageFiles(kit, { assignment: 'root' }),
    { path: '.dockerignore', content: 'test-locally.sh\ncluster\n' },
    ...clusterFiles(kit),
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  next: ({ entry }, out) => [
    `Build it: docker build -t ${IMAGE} ${quoted(out)}`,
    `Grade with it: docker run --rm --network none -v "$PWD/submission:/submission:ro" ${IMAGE} socket-grader run /submission --spec ${quoted(`/assignment/${entry}`)}`,
    `Full isolation in a container: docker run ${FULL_ISOLATION} …`,
  ],
};

function test({ entry }: Kit): string {
  return script(
    ...testHead('the image'),
    ...WITH_PLACES,
    'copy_submission "$stage/submission"',
    'cp -R "$here/socket-grader" "$here/assignment" "$stage/"',
    'chmod -R go-rwx "$stage/assignment"',
    'chmod 755 "$stage"',
    'with_places submission socket-grader assignment -- \\',
    `  ${IN_IMAGE} run /submission --spec ${quoted(`/assignment/${entry}`)} --for docker`,
  );
}
