export const SCHEMA = `Usage: socket-grader schema > assignment.schema.json

Prints the JSON Schema (draft-07) of specifications. An editor that knows YAML
checks a file by it, and completes its keys, when the file begins with
  # yaml-language-server: $schema=./assignment.schema.json
`;
