export const CALIBRATE = `Usage: socket-grader calibrate SPEC --solution PATH [options]

Shows whether a specification can be relied upon, before any student is graded
by it. The reference solution is graded again and again, on the idle machine and
beside twice as many busy loops as there are cores: every verdict must be right
every time. Then mutants of it are graded, each with one bug that students make:
some scenario must catch each of them. Solutions in Python, C, JavaScript and
Java are changed automatically, at every place where a bug fits. What nothing
catches is graded three times.

  --solution PATH    the reference solution, a folder or a file
  --mutants DIR      a folder with wrong solutions of your own; each must be
                     caught
  --only NAME        only this mutant, at all its places (repeatable)
  --allow NAME=WHY   this mutant may survive (repeatable)
  --rounds N         rounds idle, and as many under load (default: 5); 0: the
                     solution once, and its mutants
  --out DIR          folder for calibration.html and calibration.json (default:
                     reports/calibrate-SOLUTION, by its path from here)
  --param NAME=TEXT  set a parameter of the assignment (repeatable)
  --run COMMAND      as for run
  --build COMMAND    as for run
  --port auto|any|N  as for run
  --isolation auto|require|none
                     as for run: the solution and its mutants are kept apart as
                     submissions are
  --expose DIR       as for run (repeatable)
  --unsafe           as for run
  --quiet            write files only: nothing on standard output, no progress
                     on standard error

Exit status: 0 the specification can be relied upon; 1 the solution failed or
flickered, or a mutant survived that must be caught; 2 wrong usage or
specification; 3 nothing went wrong, but no mutant was tried (the solution is in
another language, or no change fits it).
`;
