/** The help texts. Kept apart from the commands, so that showing them loads nothing else. */
export const HELP = `socket-grader grades programs that use TCP sockets: it starts one, talks to it as
nc would, and says with evidence what passed and what did not.

Usage: socket-grader run SUBMISSION [options]

Commands:
  run SUBMISSION   grade one submission, a folder or a file
  help COMMAND     tell more about a command

  --help           this text
  --version        the version

Exit status: 0 all passed, 1 something failed, 2 wrong usage or specification
(nothing was run), 3 nothing failed but something could not be told, 4 the
grader itself failed.
`;

const RUN = `Usage: socket-grader run SUBMISSION [options]

Grades one submission, a folder or a single file. It is copied first, and built
and run in the copy; the original is never written to.

What to grade by:
  --spec FILE        the assignment: a .grade.yaml file, or the name of one that
                     comes along: socket-basics (the default), echo, hey-there,
                     client, http, media
  --only ID          only this scenario (more than once, or ID,ID)
  --param NAME=TEXT  set a parameter of the assignment; \\n \\r \\t \\0 \\\\ and \\xNN
                     are understood

How to start the program (the specification knows the usual file names):
  --run COMMAND      for instance "python3 mine.py {port}"; {port} is the port
                     that it shall listen on. No shell is involved.
  --build COMMAND    run this first
  --port auto|any|N  auto: it must listen on the port that it is given;
                     any: wherever it listens; N: it always listens on N

What to write:
  --report NAME[=FILE]
                     terminal, html, json, junit, ctrf, tap, markdown, github,
                     github-summary, github-classroom, classroom50, gradescope,
                     prairielearn, autolab; more than once. Default: terminal
                     , html and json; in Actions and Gradescope what they read
  --audience WHO     student, student_after_due or staff: what hidden scenarios
                     show (default: staff at a keyboard, student in CI)
  --out DIR          folder for report files (default: reports/SUBMISSION)
  --trace            show everything that happened, with times
  --quiet            nothing on standard output; files and exit status only

How to run:
  --jobs N           scenarios at a time (default: twice the cores, at least 4)
  --seed TEXT        makes random payloads repeatable
  --timeout-scale X  stretch all deadlines, for slow machines (default: 1)
  --evidence kernel|portable
                     where to look for proof; normally found out by itself

Exit status: 0 all passed, 1 something failed, 2 wrong usage or specification
(nothing was run), 3 nothing failed but something could not be told, 4 the
grader itself failed. Scenarios for no points never change it.
`;

/** Help on one command; the general one for a command that there is not. */
export function commandHelp(command: string): string {
  return command === 'run' ? RUN : HELP;
}
