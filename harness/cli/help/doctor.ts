export const DOCTOR = `Usage: socket-grader doctor

Reports how well programs can be isolated on this machine, what is missing, and
the command that fixes it; and what the system shows of a running program. It
tries rather than guesses: a probe is started as a submission would be, and
attempts what a submission must not do.

  full  each submission has its own network, so that all can use port 8080, its
        own processes, users and files, and limits; needs Linux, bubblewrap,
        and root or user namespaces
  uid   root in a container without namespaces (Gradescope, Docker): programs
        run as another user, one submission at a time
  none  programs run as you

Exit status: 0 full isolation; 3 less.
`;
