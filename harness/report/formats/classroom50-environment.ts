/** What the runner of Classroom 50 sets; the others it stamps on the result itself. */
export const CLASSROOM50_NEEDS = [
  'CLASSROOM',
  'ASSIGNMENT',
  'SUBMISSION_TAG',
  'COMMIT_URL',
  'RELEASE_URL',
] as const;
export const CLASSROOM50_TAKES = ['REVIEW_URL', 'ASSIGNMENT_TYPE', 'OWNER', 'USERNAME'] as const;
