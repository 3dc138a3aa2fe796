export const DESK = `Usage: socket-grader desk FOLDER [options]

Opens the results of a batch for staff: find what needs manual review, read the
report beside the source, set points, comment, note, and export. It
serves pages at 127.0.0.1 to whoever opens the link that it prints, once, until
Ctrl-C. FOLDER is what batch, merge or rejudge wrote.

  --as NAME          the name kept with each decision (default: your login)
  --port N           the port (default: any that is free)
  --add FILE         serve nothing; add the decisions of an overrides.csv, made
                     in a page without a desk, to those of FOLDER

Decisions are in overrides.csv of FOLDER. They count for the files and result
that they were made on; after another submission or another result, they have to
be made again. "Export" in the overview writes the gradebooks; the next batch
or rejudge does so as well.

Exit status: 0 it was stopped, or all is added; 2 wrong usage, no results of a
batch, or a table that cannot be read; 3 with --add, something was decided
already or fits no student, and was not added. More in docs/DESK.md.
`;
