import type { Kit, PackageFile } from './platform.ts';
import { script } from './shell.ts';
import { besidesNode } from './toolchains.ts';

/** The name that an image gets in all examples. */
export const IMAGE = 'socket-grader';
/** How the grader is started in the image. */
export const IN_IMAGE = 'node /socket-grader/dist/cli/main.js';

/** Packages besides the toolchains: isolation, and the second witness. */
export const TOOLS = ['bubblewrap', 'strace', 'procps', 'util-linux'];

interface ImageOptions {
  /** Where its files go in the package, with a `/` at the end. @default its top */
  readonly folder?: string;
  /** Who can read the specification in it, at `/assignment`. @default there is none */
  readonly assignment?: 'root' | 'everybody';
  /** What runs in it when nothing else is said. @default the help of the grader */
  readonly entrypoint?: readonly string[];
}

/**
 * What an image is built from: Debian with Node, isolation, the toolchains that the specification needs, and the grader
 * in `/socket-grader`.
 */
export function imageFiles(
  { packages, program, assignment: specification }: Kit,
  { folder = '', assignment, entrypoint }: ImageOptions = {},
): readonly PackageFile[] {
  const files = assignment === undefined ? program : [...program, ...specification];
  return [
    {
      path: `${folder}Dockerfile`,
      content: script(
        '# Built for linux/amd64 and linux/arm64 alike.',
        'FROM node:20-bookworm-slim',
        'RUN apt-get update \\',
        ` && apt-get install -y --no-install-recommends ${[...TOOLS, ...besidesNode(packages)].join(' ')} \\`,
        ' && rm -rf /var/lib/apt/lists/*',
        'COPY socket-grader /socket-grader',
        ...(assignment === undefined ? [] : ['COPY assignment /assignment']),
        ...(assignment === 'root' ? ['RUN chmod -R go-rwx /assignment'] : []),
        `RUN printf '#!/bin/sh\\nexec ${IN_IMAGE} "$@"\\n' > /usr/local/bin/socket-grader && chmod 755 /usr/local/bin/socket-grader`,
        entrypoint === undefined
          ? 'CMD ["socket-grader", "--help"]'
          : `ENTRYPOINT ${JSON.stringify(entrypoint)}`,
      ),
    },
    ...files.map((file) => ({ ...file, path: `${folder}${file.path}` })),
  ];
}
