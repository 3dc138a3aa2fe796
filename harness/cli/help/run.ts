import { FORMAT_NAMES } from './format-names.ts';
import { listed } from './listed.ts';

export const RUN = `Usage: socket-grader run SUBMISSION [options]

Grades one submission, a folder or a single file. It is copied first, then built
and run in the copy; the original is never written to.

What to grade by:
  --spec FILE        the assignment: a .grade.yaml file, or the name of one that
                     is included: socket-basics (the default), echo, hey-there,
                     client, http, media, chat, key-value, proxy, smtp-client,
                     udp-echo, udp-pinger, file-transfer
  --only ID          only the scenarios with this id or tag (ID,ID or repeated)
  --param NAME=TEXT  set a parameter of the assignment (repeatable); \\n \\r \\t
                     \\0 \\\\ and \\xNN are understood

How to start the program (the specification knows the usual file names):
  --run COMMAND      for instance "python3 mine.py {port}", where {port} is the
                     port to listen on; no shell is involved
  --build COMMAND    run this first
  --port auto|any|N  auto: it must listen on the port that it is given;
                     any: wherever it listens; N: it always listens on N

What to write:
  --report NAME[=FILE]
                     one of the formats below (repeatable); FILE may be - for
                     standard output
  --audience student|student_after_due|staff
                     who reads the reports, and so what hidden scenarios show
                     (default: staff at a keyboard, student in CI)
  --out DIR          folder for report files (default: reports/SUBMISSION, by
                     its path from here)
  --record FILE      write a recording here, for rejudge (default:
                     trace.jsonl.gz beside a report.json for staff)
  --for PLATFORM     write what this platform reads, in every case, and end with
                     the status that it wants; see socket-grader help package
  --trace            show every event, with times
  --watch            grade again at each change of the specification or the
                     submission, the failed scenarios first; keys: a all, up
                     and down choose one, enter runs it, t its trace, q quits
  --quiet            write files only: nothing on standard output, no progress
                     on standard error

Report formats:
${listed(FORMAT_NAMES, 2)}
Default: terminal, html and json; in GitHub Actions and Gradescope those that
they read.

How to run:
  --jobs N           scenarios at a time (default: twice the cores, at least 6)
  --seed TEXT        makes random payloads repeatable
  --time-limit N     end after N seconds and leave undecided what is not decided
                     by then (default: none, or just ahead of the platform's)
  --timeout-scale X  stretch all deadlines, for slow machines (default: 1)
  --isolation auto|require|none
                     keep the program apart from your files, your network and
                     other submissions. auto: as well as this machine can (the
                     default); require: fully, or nothing is run; none: not at
                     all
  --expose DIR       a folder that an isolated program may read (repeatable)
  --unsafe           run hidden scenarios even where the program can read them
  --evidence kernel|portable
                     where observations come from (default: detected)
  --witness strace   run each scenario once more under strace and compare what
                     the kernel reported with the system calls; where the two
                     disagree, the scenario is inconclusive

Exit status: 0 everything passed; 1 something failed; 2 wrong usage or
specification, nothing was run; 3 nothing failed, but something is inconclusive;
4 the grader itself failed. Scenarios that are worth no points never change it.
`;
