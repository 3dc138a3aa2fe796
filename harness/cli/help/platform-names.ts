// Made from the registry of platforms by `npm run generate`.
export const PLATFORM_NAMES: readonly string[] = [
  'gradescope',
  'prairielearn',
  'autolab',
  'classroom50',
  'submitty',
  'github',
  'gitlab',
  'docker',
  'coursera',
  'artemis',
  'moodle-vpl',
  'markus',
];
