export const FMT = `Usage: socket-grader fmt SPEC… [--check]

Formats specifications: keys in the order of the reference, a step on one line
where it fits, an empty line between scenarios. Comments and quotes stay, and so
does what the file means, which is checked before it is written.

  --check            write nothing; name the files that are not formatted so

Exit status: 0 done, or all are formatted; 1 with --check, some are not; 2 a
mistake in a specification.
`;
