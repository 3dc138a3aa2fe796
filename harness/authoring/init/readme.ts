import type { Answers } from './answers.ts';
import type { Fault } from './faults.ts';
import { exchangeOf } from './specification.ts';

const STARTS: Readonly<Record<Answers['role'], string>> = {
  server: 'It is started with the port as its only argument, and listens on 127.0.0.1.',
  client:
    'It is started with the host and the port of the server, reads a name from standard input, prints the reply and ends; without a server it ends with a status that is not 0.',
};

/** The README of a new assignment: the task for students, and what staff do next. */
export function readmeOf(
  answers: Answers,
  {
    spec,
    program,
    faults,
  }: { readonly spec: string; readonly program: string; readonly faults: readonly Fault[] },
): string {
  const { title, role, transport } = answers;
  return `# ${title}

Write a ${transport.toUpperCase()} ${role} in a file \`${program}\`. ${STARTS[role]}

${exchangeOf(answers).words}

Try it yourself before you hand it in:

\`\`\`
socket-grader run ${program} --spec ${spec}
\`\`\`

## For staff

- \`${spec}\` is the specification; students may see it.
- \`solution/\` is a right solution, which passes everything. It is not for students.
- \`wrong/\` holds wrong ones, each of which must fail:
${faults.map(({ name, about }) => `  - \`${name}\`: ${about}`).join('\n')}

\`\`\`
socket-grader try ${spec} --solution solution --wrong wrong
socket-grader record ${spec} --solution solution
socket-grader calibrate ${spec} --solution solution
\`\`\`
`;
}
