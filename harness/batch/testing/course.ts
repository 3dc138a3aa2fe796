import path from 'node:path';
import { type Files, writeFiles } from './archives.ts';

/** A small assignment: a line comes back in upper case, and so does a second one. */
const SPEC = `version: 1
title: Shout
programs:
  server: {}
defaults: { within: 3s }
scenarios:
  - id: answers
    title: A line comes back in upper case
    points: 2
    steps:
      - start: server
      - connect: a
      - send: { line: hello }
      - expect: { equals: { line: HELLO } }
  - id: again
    title: So does a second one
    points: 1
    visibility: hidden
    steps:
      - start: server
      - connect: a
      - send: { line: one }
      - expect: { equals: { line: ONE } }
      - send: { line: two }
      - expect: { equals: { line: TWO } }
`;

/** A server; \`reply\` is an expression of the bytes that came, and \`first\` is run before anything else. */
function server(reply: string, { first = '', loop = 'while True' } = {}): string {
  return `import os, socket, sys, time
${first}
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
while True:
    c, _ = s.accept()
    ${loop}:
        data = c.recv(100)
        if not data: break
        c.sendall(${reply})
    c.close()
`;
}

/** Students of all kinds, with the points that each must get; undefined where there is no grade. */
export const STUDENTS: Readonly<
  Record<string, { readonly source: string; readonly points: number | undefined }>
> = {
  right: { source: server('data.upper()'), points: 3 },
  once: { source: server('data.upper()', { loop: 'for _ in range(1)' }), points: 2 },
  lower: { source: server('data'), points: 0 },
  crashes: { source: 'import sys\nsys.exit("no")\n', points: 0 },
  syntax: { source: 'def (:\n', points: 0 },
};

/** Students whose programs do harm, with the points that each must get. */
export const HARMFUL: typeof STUDENTS = {
  hangs: { source: server('data.upper()', { first: 'time.sleep(1000)' }), points: 0 },
  floods: { source: 'import os\nwhile True: os.write(1, b"x" * 65536)\n', points: 0 },
  forks: {
    source: server('data.upper()', {
      first:
        'for _ in range(20):\n    if os.fork() == 0:\n        os.setsid(); time.sleep(1000); os._exit(0)',
    }),
    points: 3,
  },
  aborts: { source: server('os.abort()'), points: 0 },
};

export function writeSpec(folder: string): string {
  writeFiles(folder, { 'shout.grade.yaml': SPEC });
  return path.join(folder, 'shout.grade.yaml');
}

/** A plain folder of submissions, `copies` of each kind. */
export function writeCourse(folder: string, students: typeof STUDENTS, copies = 1): string {
  const files: Record<string, string> = {};
  for (const [kind, { source }] of Object.entries(students))
    for (let number = 1; number <= copies; number++)
      files[`${kind}-${number}/server.py`] = `${source}# ${kind} ${number}\n`;
  return writeFiles(folder, files satisfies Files);
}

/**
 * The same with more scenarios than a page is wide, each of them quick.
 *
 * @public harness/scripts/batch/many.mjs uses it, from dist/
 */
export function writeManySpec(folder: string, count = 12): string {
  const scenarios = Array.from(
    { length: count },
    (_, at) => `  - id: scenario-${at + 1}
    title: Scenario ${at + 1}
    points: 1
    steps:
      - start: server
      - connect: a
      - send: { line: "hello ${at + 1}" }
      - expect: { equals: { line: "HELLO ${at + 1}" } }
`,
  );
  const head = SPEC.slice(0, SPEC.indexOf('scenarios:'));
  writeFiles(folder, { 'many.grade.yaml': `${head}scenarios:\n${scenarios.join('')}` });
  return path.join(folder, 'many.grade.yaml');
}
