export const TALK = `Usage: socket-grader talk PROGRAM [options]
       socket-grader talk [options] -- COMMAND

Talks to a program as nc does, and shows what the kernel sees of it: whether it
has accepted the connection, what it has not received yet, in which call it
waits, and what is in TIME_WAIT. What is typed is sent as a line; commands begin
with a colon (:help lists them): pause it, restart it, connect a second client,
half-close, reset. PROGRAM is a folder or a file; it is built as run does it.

  --spec SPEC        the assignment whose program it is (default: server.py,
                     server.c and so on)
  --program NAME     which program, where there are several
  --transport tcp|udp|tls
                     what it speaks without a specification (default: tcp)
  --param NAME=TEXT  set a parameter of the assignment
  --run COMMAND      as for run
  --build COMMAND    as for run
  --port auto|any|N  as for run

Exit status: 0 the conversation is over; 1 the program could not be started;
2 wrong usage.
`;
