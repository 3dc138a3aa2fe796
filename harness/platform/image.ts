import type { Kit, PackageFile } from './platform.ts';
import { script } from './shell.ts';

/** The name that an image gets in all examples. */
export const IMAGE = 'socket-grader';
/** How the grader is started in the image. */
export const IN_IMAGE = 'node /socket-grader/dist/cli/main.js';

/** Packages besides the toolchains: isolation, and the second witness. */
export const TOOLS = ['bubblewrap', 'strace', 'procps', 'util-linux'];

/**
 * What an image is built from, below `folder`: Debian with Node, isolation, the toolchains that the specification needs,
 * and the grader in `/socket-grader`. With `assignment` the specification is in it, too, which only root can read.
 */
export function imageFiles(
  { packages, program, assignment }: Kit,
  folder: string,
  withAssignment = false,
): readonly PackageFile[] {
  const files = withAssignment ? [...program, ...assignment] : program;
  return [
    {
      path: `${folder}Dockerfile`,
      content: script(
        '# Built for linux/amd64 and linux/arm64 alike.',
        'FROM node:20-bookworm-slim',
        'RUN apt-get update \\',
        ` && apt-get install -y --no-install-recommends ${[...new Set([...TOOLS, ...packages])].join(' ')} \\`,
        ' && rm -rf /var/lib/apt/lists/*',
        'COPY socket-grader /socket-grader',
        ...(withAssignment ? ['COPY assignment /assignment', 'RUN chmod -R go-rwx /assignment'] : []),
        `RUN printf '#!/bin/sh\\nexec ${IN_IMAGE} "$@"\\n' > /usr/local/bin/socket-grader && chmod 755 /usr/local/bin/socket-grader`,
        'CMD ["socket-grader", "--help"]',
      ),
    },
    ...files.map((file) => ({ ...file, path: `${folder}${file.path}` })),
  ];
}
