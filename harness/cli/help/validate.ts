export const VALIDATE = `Usage: socket-grader validate SPEC… [--format text|github]

Checks specifications (.grade.yaml files, or the names of included ones) and
reports every mistake and every doubt with its place and a suggested fix.
Nothing is run.

  --format text|github
                     github: annotations for GitHub Actions (default: text)

Exit status: 0 no errors (there may be warnings); 2 errors.
`;
