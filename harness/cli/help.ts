/** The help texts. Kept apart from the commands, so that showing them loads nothing else. */
export const HELP = `socket-grader grades programs that use TCP sockets: it starts one, talks to it
as nc would, and says with evidence what passed and what did not.

Usage: socket-grader COMMAND …

Commands:
  run SUBMISSION   grade one submission, a folder or a file
  rejudge FOLDER…  judge recorded runs again by a changed specification
  batch ZIP|FOLDER grade a whole course, from the download to the gradebook
  merge FOLDER…    join batches that were graded in parts
  validate FILE…   tell what is wrong with specifications; run nothing
  explain FILE     tell in plain words what a specification does
  schema           print the JSON Schema of specifications, for editors
  doctor           tell what this machine can do, and what mends what it can't
  calibrate SPEC   prove a specification on a reference solution and its mutants
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
  --only ID          only this scenario, or those with this tag (or ID,ID)
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
  --record FILE      write all that happened here, for rejudge (default:
                     trace.jsonl.gz beside a report.json for staff)
  --trace            show everything that happened, with times
  --quiet            nothing on standard output and no progress on standard
                     error; files and exit status only

How to run:
  --jobs N           scenarios at a time (default: twice the cores, at least 6)
  --seed TEXT        makes random payloads repeatable
  --timeout-scale X  stretch all deadlines, for slow machines (default: 1)
  --isolation auto|require|none
                     keep the program apart from your files, your network and
                     other submissions: as well as can be done here (default),
                     or not at all without it, or no (see doctor)
  --expose DIR       a folder that an isolated program needs to see, read-only
                     (more than once)
  --unsafe           run hidden scenarios even where the program can read them
  --evidence kernel|portable
                     where to look for proof; normally found out by itself
  --witness strace   run each scenario once more under strace, and compare
                     what the kernel said with the system calls that were
                     made; where they differ, the scenario is inconclusive

Exit status: 0 all passed, 1 something failed, 2 wrong usage or specification
(nothing was run), 3 nothing failed but something could not be told, 4 the
grader itself failed. Scenarios for no points never change it.
`;

const REJUDGE = `Usage: socket-grader rejudge FOLDER… [--spec FILE] [options]

Judges recorded runs again, without running anything: new points, hints, titles,
visibility, known errors and matchers apply to what happened then. FOLDER is one
that "run" wrote for staff; a file written with --record will do, too. Where the
specification now does something else (other bytes sent, new steps, a longer
deadline), the recording does not tell: that scenario is inconclusive, and says
what is missing.

  --spec FILE        the changed assignment (default: the one of the recording)
  --param NAME=TEXT  set a parameter, over those of the recording
  --only ID          only this scenario (more than once, or ID,ID)
  --report NAME[=FILE], --audience WHO, --trace, --quiet
                     as for run
  --out DIR          folder for report files (default: beside the recording; of
                     several recordings, each gets a folder below it)

A recording shows hidden scenarios: reports for students go to another folder.
Exit status: as for run; of several recordings, the worst.
`;

const CALIBRATE = `Usage: socket-grader calibrate SPEC --solution DIR [options]

Shows whether a specification can be relied upon, before any student is graded
by it. The reference solution is graded again and again, on the idle machine and
beside twice as many busy loops as there are cores: every verdict must be right
every time. Then mutants of it are graded, each with one bug that students make:
each must be caught by some scenario. Solutions in Python, C, JavaScript and
Java are changed automatically.

  --solution DIR     the reference solution, a folder or a file
  --mutants DIR      a folder of your own wrong solutions; each must be caught
  --only NAME        only this mutant (more than once)
  --allow NAME=WHY   this mutant may survive (more than once)
  --rounds N         rounds idle, and as many under load (default: 5)
  --out DIR          folder for calibration.html and calibration.json
                     (default: reports/calibrate-SOLUTION)
  --param NAME=TEXT  set a parameter of the assignment
  --run COMMAND, --build COMMAND, --port auto|any|N
                     as for run

Exit status: 0 it can be relied upon, 1 the solution failed or flickered, or a
mutant survived that must be caught, 2 wrong usage or specification, 3 nothing
went wrong, but no mutant was tried (the solution is in another language, or no
place was found for any change).
`;

const BATCH = `Usage: socket-grader batch ZIP|FOLDER --spec FILE [options]

Grades all submissions of a course, from the file that Canvas, Moodle,
Gradescope, Brightspace or Blackboard gives, a folder of Classroom 50
repositories, or one with a folder, file or archive for each student. Writes
gradebooks, a page for staff (index.html) and a folder for each student. It may
be stopped at any time: the same command goes on where it was.

What to grade, and by what:
  --spec FILE        the assignment: a file, or the name of one that comes along
  --from SOURCE      canvas, moodle, gradescope, brightspace, blackboard,
                     classroom50 or plain (default: found out, and told);
                     plain: a folder, file or archive for each student
  --only ID          only this scenario, or those with this tag (or ID,ID)
  --param NAME=TEXT  set a parameter of the assignment
  --run COMMAND, --build COMMAND, --port auto|any|N, --seed TEXT,
  --timeout-scale X  as for run
  --shard I/N        only the I-th of N parts; merge joins them
  --regrade WHAT     grade again: failed, inconclusive, changed, all, or the id
                     of a submission (more than once)
  --resume           go on where it was (the default)
  --fresh            forget what was graded before

What to write:
  --out DIR          everything (default: reports/batch-NAME): a new folder, or
                     one with results of this assignment, apart from the
                     submissions
  --roster FILE      the gradebook's export, so that rows and ids fit
  --gradebook KIND   canvas, moodle or brightspace (default: the source's own, and
                     the roster's)
  --column NAME      the column for the grades (default: the assignment's title)
  --out-of N         scale all points in the gradebooks, so that N are possible
  --late-policy FILE what is taken off for being late: a map of due,
                     percent_per_day, grace and cut_off (default: the
                     specification's)
  --due TIME         when it was due, as in 2026-11-20T23:59:00+01:00

How to run:
  --jobs N           submissions at a time (default: the cores; 1 when they are
                     not isolated)
  --isolation require|auto|none
                     require: each has a network, files and limits of its own,
                     or nothing is graded (the default); auto: as far as it goes
  --unsafe           run hidden scenarios even where programs could read them
  --expose DIR       show a folder to programs, read-only (more than once)

Exit status: 0 every submission has a grade, whatever it is; 2 wrong usage,
nothing was run; 3 some have no grade, and a person should look; 4 the grader
itself failed; 130 interrupted. harness/batch/README.md tells more.
`;

const MERGE = `Usage: socket-grader merge FOLDER… --out DIR [options]

Joins the folders that batches with --shard wrote into one, with one gradebook
and one overview. Parts of different downloads, specifications, parameters,
options, late policies or versions are refused; missing and double submissions
are named, here and in to-look-at.csv.

  --out DIR          where everything goes: a new folder, or that of an earlier
                     merge, which is replaced
  --roster FILE, --gradebook KIND, --column NAME, --out-of N
                     as for batch

Exit status: 0 every submission has a grade, 2 the parts do not fit together, 3
submissions are missing or have no grade.
`;

const DOCTOR = `Usage: socket-grader doctor

Tells how well programs can be isolated here, what is lost, what is missing and
the command that mends it; and what the system shows of a running program. It is
found out by trying: a probe is started as a submission would be, and tries to
reach what it must not.

  full  each submission has its own network, so that all may use port 8080, its
        own processes, users and files, and limits; needs Linux, bubblewrap,
        and root or user namespaces
  uid   root in a container that can't make namespaces (Gradescope, Docker):
        programs run as another user, one submission at a time
  none  programs run as you

Exit status: 0 full isolation, 3 less.
`;

const VALIDATE = `Usage: socket-grader validate FILE… [--format text|github]

Reads specifications (.grade.yaml files, or the names of those that come along)
and tells everything that is wrong or doubtful in them, each with its place and
how to mend it. Nothing is run.

  --format github    annotations for GitHub Actions

Exit status: 0 no errors (there may be warnings), 2 errors.
`;

const EXPLAIN = `Usage: socket-grader explain FILE [SCENARIO…] [options]

Tells in plain words what a specification does, step by step: every value with
the line that it comes from, every payload escaped and with its length, and how
to try the same by hand with nc.

  --param NAME=TEXT  set a parameter of the assignment
  --seed TEXT        makes random payloads repeatable
`;

const SCHEMA = `Usage: socket-grader schema > assignment.schema.json

Prints the JSON Schema (draft-07) of specifications. Editors that know YAML
check a file by it, and complete its keys, when the file begins with
  # yaml-language-server: $schema=./assignment.schema.json
`;

const TEXTS: Readonly<Record<string, string>> = {
  run: RUN,
  rejudge: REJUDGE,
  batch: BATCH,
  merge: MERGE,
  calibrate: CALIBRATE,
  doctor: DOCTOR,
  validate: VALIDATE,
  explain: EXPLAIN,
  schema: SCHEMA,
};

/** Help on one command; the general one for a command that there is not. */
export function commandHelp(command: string): string | undefined {
  return TEXTS[command];
}
