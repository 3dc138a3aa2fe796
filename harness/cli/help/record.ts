export const RECORD = `Usage: socket-grader record SPEC --solution DIR [options]
       socket-grader record [SPEC] [options] -- COMMAND

Talks to a right solution as nc does, and writes the scenario. What is typed is
sent as a line, what comes is shown; commands begin with a colon (:help lists
them). Each exchange becomes a send and an expect. A second, silent run shows
what differs from run to run: that becomes a pattern, or is captured. In the end
the scenario is shown and can be edited; once the solution passes it, it is
written into the file, of which no other byte changes. Without SPEC the file is
recorded.grade.yaml. Ctrl-D and Ctrl-C end the session. Until the scenario is
saved, SPEC.session holds every command.

  --solution DIR     the right solution, a folder or a file
  --proxy PORT       listen here, and record what any client says (0: any port)
  --replay FILE      take the commands from a file, and ask nothing
  --continue FILE    begin with the commands of a file, and go on typing
  --program NAME     which program, where there are several
  --transport tcp|udp|tls
                     what it speaks without a specification (default: tcp)
  --id ID            the scenario's id, where no questions are asked
  --title TEXT       its title
  --points N         what it is worth
  --param NAME=TEXT  set a parameter of the assignment
  --build COMMAND    as for run
  --port auto|any|N  as for run

COMMAND is run in this folder; {port} and {host} stand for where to listen.
The program is not isolated: it is yours.

Exit status: 0 the scenario is in the file; 1 it is not; 2 wrong usage.
`;
