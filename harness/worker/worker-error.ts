/** A worker died or did not keep to the protocol: a fault of the grader, which says nothing about the submission. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
}
