export const QUEUE = `Usage: socket-grader queue status|remove --queue URL [options]

queue status         shows the batches of a queue, what waits, what is graded
                     where and for how long, the rate, the time left, and the
                     workers
queue remove BATCH   takes a batch off the queue, with everything that belongs
                     to it; the name is in the status

  --queue URL        the queue's Redis, see socket-grader worker --help
  --json             the status for programs

Exit status: 0 done; 2 wrong usage, no such batch, or no Redis.
`;
