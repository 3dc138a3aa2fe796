export const BATCH = `Usage: socket-grader batch ZIP|FOLDER --spec FILE [options]

Grades all submissions of a course: the file that Canvas, Moodle, Gradescope,
Brightspace, Blackboard or Autolab gives, a folder of Classroom 50
repositories, or one with a folder, file or archive for each student. Writes
gradebooks, a page for staff (index.html) and a folder for each student. You can
stop it at any time and run the same command again to resume.

What to grade, and by what:
  --spec FILE        the assignment: a file, or the name of an included one
  --from canvas|moodle|gradescope|brightspace|blackboard|autolab|classroom50|
         plain
                     where the submissions come from (default: detected, and
                     named in the first line); plain: a folder, file or archive
                     for each student
  --only ID          only the scenarios with this id or tag (ID,ID or repeated)
  --param NAME=TEXT  set a parameter of the assignment (repeatable)
  --run COMMAND      as for run
  --build COMMAND    as for run
  --port auto|any|N  as for run
  --seed TEXT        as for run
  --timeout-scale X  as for run
  --shard I/N        only the I-th of N parts; merge joins them
  --regrade WHAT     grade again: failed, inconclusive, changed, all, or the id
                     of a submission (repeatable)
  --resume           grade only what has no result yet (the default)
  --fresh            discard all earlier results
  --rejudge          where only what is judged has changed, judge what was
                     recorded instead of running it again

What to write:
  --out DIR          everything (default: reports/batch-NAME): a new folder, or
                     one with results of this assignment, outside of the
                     submissions
  --roster FILE      the gradebook's export, so that rows and ids fit
  --gradebook canvas|moodle|brightspace
                     which gradebooks to write (repeatable; default: those of
                     the source and the roster)
  --column NAME      the column for the grades (default: the assignment's title)
  --out-of N         scale all points in the gradebooks to N
  --late-policy FILE what lateness costs: a map of due, zone, percent_per_day,
                     grace and cut_off (default: the specification's)
  --due TIME         when it was due, as in 2026-11-20T23:59:00+01:00; without a
                     policy, late submissions are only marked
  --mapping FILE     which row of the roster a submission belongs to (default:
                     mapping.csv in the folder of --out, written as a template)
  --overrides FILE   points that staff set (default: overrides.csv there)
  --extensions FILE  later due dates of students (default: extensions.csv there)
  --rubric FILE      what staff give points for by hand (default: rubric.csv
                     there)
  --similar          compare the programs with each other, for staff, see
                     socket-grader similar --help
  --starter DIR      with --similar: code that the course handed out; repeatable
  --threshold N      with --similar: name pairs from N percent on (default: 50)
  --quiet            write files only: no progress and no summary

How to run:
  --jobs N|auto      submissions at a time; auto, the default: as many as fill
                     the machine, and 1 when they are not isolated
  --isolation require|auto|none
                     require: each has a network, files and limits of its own,
                     or nothing is graded (the default); auto: as well as this
                     machine can; none: not at all
  --queue URL        have them graded by the workers of this Redis instead of
                     by this machine, see socket-grader worker --help
  --store DIR        with --queue: a folder that all machines share, for what is
                     too large for Redis
  --unsafe           run hidden scenarios even where programs can read them
  --expose DIR       a folder that isolated programs may read (repeatable)

Exit status: 0 every submission has a grade, whatever it is; 2 wrong usage,
nothing was run; 3 some submissions have no grade or no place in the gradebook,
or something was left out: they need manual review; 4 the grader itself failed;
130 interrupted. More in docs/BATCH.md.
`;
