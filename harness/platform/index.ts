import type { Platform } from './platform.ts';
import { artemis } from './platforms/artemis.ts';
import { autolab } from './platforms/autolab.ts';
import { classroom50 } from './platforms/classroom50.ts';
import { coursera } from './platforms/coursera.ts';
import { docker } from './platforms/docker.ts';
import { github } from './platforms/github.ts';
import { gitlab } from './platforms/gitlab.ts';
import { gradescope } from './platforms/gradescope.ts';
import { markus } from './platforms/markus.ts';
import { moodleVpl } from './platforms/moodle-vpl.ts';
import { prairielearn } from './platforms/prairielearn.ts';
import { submitty } from './platforms/submitty.ts';

export type { Contract, Kit, PackageFile, Platform, Problem } from './platform.ts';

/** Every platform, by the name that `package` and `run --for` take. */
export const PLATFORMS: Readonly<Record<string, Platform>> = {
  gradescope,
  prairielearn,
  autolab,
  classroom50,
  submitty,
  github,
  gitlab,
  docker,
  coursera,
  artemis,
  'moodle-vpl': moodleVpl,
  markus,
};
