// Made from the registry of report formats by `npm run generate`.
export const FORMAT_NAMES: readonly string[] = [
  'terminal',
  'html',
  'json',
  'junit',
  'ctrf',
  'tap',
  'markdown',
  'github',
  'github-summary',
  'github-classroom',
  'classroom50',
  'gradescope',
  'prairielearn',
  'autolab',
];
