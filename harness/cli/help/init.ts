export const INIT = `Usage: socket-grader init [FOLDER] [options]

Writes a new assignment into a folder (default: this one): a specification of
ready-made scenarios, a right solution and two wrong ones that run, a README for
the course, and settings for editors. At a terminal it asks for what is not
given; elsewhere, and with --yes, defaults are used. Nothing is overwritten.

  --title TEXT       what it is called (default: Greeter)
  --role server|client
                     what students write (default: server)
  --transport tcp|udp
                     what it speaks (default: tcp)
  --language python|c|java|javascript
                     the language of the solutions (default: python)
  --protocol line|binary
                     lines of text, or bytes after their length (default: line)
  --scenario NAME    a ready-made scenario (more than once, or NAME,NAME); see
                     specs/REFERENCE.md for all of them
  --yes              ask nothing

Exit status: 0 written; 2 wrong usage; 130 interrupted, nothing was written.
`;
