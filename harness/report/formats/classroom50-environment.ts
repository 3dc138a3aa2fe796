/**
 * What the runner of Classroom 50 sets; the others it stamps on the result itself. `COMMIT_TIME` comes from
 * the package: when the graded commit was made, in ISO 8601.
 */
export const CLASSROOM50_NEEDS = [
  'CLASSROOM',
  'ASSIGNMENT',
  'SUBMISSION_TAG',
  'COMMIT_URL',
  'RELEASE_URL',
] as const;
export const CLASSROOM50_TAKES = [
  'REVIEW_URL',
  'ASSIGNMENT_TYPE',
  'OWNER',
  'USERNAME',
  'COMMIT_TIME',
] as const;
