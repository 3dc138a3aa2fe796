import { listed } from './listed.ts';
import { PLATFORM_NAMES } from './platform-names.ts';

export const PACKAGE = `Usage: socket-grader package PLATFORM SPEC [options]

Makes the files that a grading platform needs to grade by a specification: an
archive to upload, or a folder. It holds the grader, the specification with all
files that it reads, and test-locally.sh, which grades a submission on this
machine as the platform would. What the platform cannot do with the
specification is reported now, and not in a student's result.

  --out OUT          the archive or folder; -o for short (default:
                     SPEC-PLATFORM)
  --leave-out-hidden
                     leave out scenarios that are not visible, where the
                     platform cannot keep them hidden
  --toolchains LIST  first words of commands whose Debian packages are
                     installed, as python3,gcc,make (default: those that the
                     specification names)
  --node FILE        include this Node instead of the one from the npm registry

Platforms:
${listed(PLATFORM_NAMES, 2)}
Exit status: 0 the package is written; 2 it is not; the error says why.
`;
