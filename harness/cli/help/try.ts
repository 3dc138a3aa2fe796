export const TRY = `Usage: socket-grader try SPEC --solution DIR… --wrong DIR… [options]

Shows in seconds which programs a specification passes and which it fails: a row
for each program, a column for each scenario, each graded several times. Every
right program must pass, and every wrong one must be caught by some scenario.
"calibrate" is the thorough one: it makes wrong programs by itself, and repeats
everything under load.

  --solution DIR     a right program, a folder or a file; several may follow
  --wrong DIR        a wrong one; several may follow. A folder that holds only
                     folders stands for those
  --rounds N         how often each is graded (default: 3)
  --only ID          only this scenario, or those with this tag (or ID,ID)
  --param NAME=TEXT  set a parameter of the assignment
  --jobs N           gradings at a time (default: the cores, at most 4)
  --isolation auto|require|none
                     as for run (default: auto)

Exit status: 0 all as it should be; 1 a right program fails, a wrong one passes,
or rounds differ; 2 wrong usage or specification; 3 something is inconclusive.
`;
