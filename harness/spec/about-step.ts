/** The keys that every step may have beside its verb, and `within` among its arguments. */
export const STEP_KEYS: Readonly<Record<string, string>> = {
  name: 'What reports call the step.',
  hint: 'What a student reads when the step fails.',
  points: 'Points for this step alone; the scenario is worth the sum, and each step earns its own.',
  soft: 'With `true` the scenario continues after a failure, and still fails.',
  only_if:
    'The step is done only when every named parameter, matrix value or template value is as it says, or is not: `{ greets: { not: false } }`.',
  within: 'Longest time that the step may wait; it ends as soon as it can.',
};
