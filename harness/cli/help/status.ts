export const STATUS = `Usage: socket-grader status FOLDER… [options]

Shows how far a batch is, or all parts of one that were started with --shard:
what is graded, what runs where, the rate and the time left. FOLDER is the --out
folder of a batch; it may be on a disk that machines share. index.html in such a
folder shows the same of one part while it runs.

  --watch            show it again every two seconds, until no part runs
  --html FILE        write a page as well, which reads itself again while parts
                     run (with --watch)
  --json             as JSON

Exit status: 0 everything is graded; 2 wrong usage; 3 something is not, or parts
are missing.
`;
