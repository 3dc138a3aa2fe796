export const SIMILAR = `Usage: socket-grader similar FOLDER [options]

Compares the submissions of a batch with each other and writes similar.html,
for staff only: pairs of programs that are alike, side by side, with what is the
same marked. Names, texts, numbers, types, comments and layout make no
difference, and functions may stand in another order. FOLDER is one that "batch"
or "merge" wrote; its overview links the pairs. "batch --similar" does the same
at its end.

C and C++, Java, JavaScript and TypeScript, Python, Go, Rust and PHP are read by
their grammars; C#, Kotlin, Ruby, Perl, Lua, shell and others word by word.

  --starter DIR      code that the course handed out, a folder or a file: it
                     is not compared (repeatable)
  --threshold N      name pairs of which N percent or more is the same
                     (default: 50)
  --quiet            write files only

Exit status: 0 the submissions were compared, whatever was found; 2 wrong usage.
More in docs/BATCH.md.
`;
