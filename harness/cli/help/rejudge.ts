export const REJUDGE = `Usage: socket-grader rejudge FOLDER… [--spec FILE] [options]

Judges recorded runs again, without running the submission: new points, hints,
titles, visibility, known errors and matchers apply to what was recorded. FOLDER
is one that "run" wrote for staff; a file written with --record also works, and
so does the folder of a batch: its results, reports and gradebooks are made
anew. Where the specification now does something else (other bytes sent, new
steps, a longer deadline), the recording cannot show the result: that scenario
is inconclusive, and its finding names what is missing.

  --spec FILE        the changed assignment (default: the one of the recording)
  --param NAME=TEXT  set a parameter, over those of the recording (repeatable)
  --only ID          only the scenarios with this id or tag (ID,ID or repeated)
  --isolation auto|require|none
                     as for run; for checkers of the course, the only programs
                     that are run again
  --report NAME[=FILE]
                     as for run
  --audience student|student_after_due|staff
                     as for run
  --out DIR          folder for report files (default: beside the recording;
                     several recordings get a folder each below it)
  --trace            show every event, with times
  --quiet            write files only

For the folder of a batch, over what it was made with:
  --roster FILE      as for batch
  --gradebook canvas|moodle|brightspace
                     as for batch
  --column NAME      as for batch
  --out-of N         as for batch
  --late-policy FILE as for batch
  --due TIME         as for batch
  --mapping FILE     as for batch
  --overrides FILE   as for batch
  --extensions FILE  as for batch
  --rubric FILE      as for batch

A recording shows hidden scenarios: reports for students go to another folder.
Exit status: as for run; with several recordings, the worst; for a batch as for
batch.
`;
