export const DESK = `Usage: socket-grader desk FOLDER [options]

Opens the results of a batch for the people who grade: find who needs a person,
look at the report beside the source, set points, comment, note, and export. It
serves pages at 127.0.0.1 to whoever opens the link that it prints, once, until
Ctrl-C. FOLDER is what batch, merge or rejudge wrote.

  --as NAME          who decides, as it is kept (default: your login name)
  --port N           the port (default: any that is free)
  --add FILE         serve nothing: put decisions that a page without a desk
                     has made (overrides.csv) beside those of FOLDER

Decisions are in overrides.csv of FOLDER. They count for the files and result
that they were made on; after another submission or another result, they have to
be made again. "Export" in the overview writes the gradebooks; the next batch
or rejudge does so as well.

Exit status: 0 it was ended, or all is added; 2 wrong usage, no results of a
batch, or a table that cannot be read; 3 with --add, something was decided
already or fits no student, and was not added. More in docs/DESK.md.
`;
