export const EXPLAIN = `Usage: socket-grader explain SPEC [SCENARIO…] [options]

Describes in plain words what a specification does, step by step: every value
with the line that it comes from, every payload escaped and with its length, and
how to try the same by hand with nc.

  --param NAME=TEXT  set a parameter of the assignment (repeatable)
  --seed TEXT        makes random payloads repeatable
`;
