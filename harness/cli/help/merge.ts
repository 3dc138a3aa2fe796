export const MERGE = `Usage: socket-grader merge FOLDER… --out DIR [options]

Joins the folders that batches with --shard wrote into one, with one gradebook
and one overview. Parts of different downloads, specifications, parameters,
options, late policies or versions are refused; submissions that are missing or
come twice are named, here and in to-look-at.csv.

  --out DIR          where everything goes: a new folder, or that of an earlier
                     merge, which is replaced
  --roster FILE      as for batch
  --gradebook canvas|moodle|brightspace
                     as for batch
  --column NAME      as for batch
  --out-of N         as for batch
  --mapping FILE     as for batch
  --overrides FILE   as for batch
  --extensions FILE  as for batch
  --rubric FILE      as for batch
  --quiet            write files only

Exit status: 0 every submission has a grade; 2 the parts do not fit together;
3 submissions are missing or have no grade.
`;
