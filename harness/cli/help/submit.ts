export const SUBMIT = `Usage: socket-grader submit SUBMISSION --spec FILE --queue URL [options]

Has one submission, a folder or a file, graded by the workers of a queue, before
all batches, and reports as run does.

  --spec FILE        the assignment: a file, or the name of an included one
  --queue URL        the queue's Redis, see socket-grader worker --help
  --store DIR        a folder that all machines share, for what is too large for
                     Redis
  --only ID          as for run
  --param NAME=TEXT  as for run
  --run COMMAND      as for run
  --build COMMAND    as for run
  --port auto|any|N  as for run
  --seed TEXT        as for run
  --timeout-scale X  as for run
  --report NAME[=FILE]
                     as for run (repeatable)
  --audience student|student_after_due|staff
                     as for run
  --out DIR          as for run
  --isolation require|auto|none
                     require: only by a worker with full isolation (the
                     default); auto, none: by any worker
  --unsafe           as for run
  --trace            as for run
  --quiet            as for run

Exit status: as for run.
`;
