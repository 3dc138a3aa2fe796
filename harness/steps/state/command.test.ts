import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { grade } from '../../grading/grade.ts';
import type { Recording } from '../../grading/recording-of.ts';
import { rejudge } from '../../recording/rejudge.ts';
import { gradeInline, specOf, statuses, verdictOf, withSubmission } from '../../testing/inline.ts';
import { diagnose, withSteps } from '../../testing/spec-text.ts';
import { CheckersInWorker } from '../../worker/checkers-in-worker.ts';

const SERVER = `import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("up", flush=True)
while True:
    c, _ = s.accept()
    for line in c.makefile("rb"): c.sendall(line.upper())
    c.close()
`;
const ORDER = `import json, sys
from checks.words import WORDS
said = json.load(sys.stdin)
texts = [p["text"] for p in said["connections"]["a"]["exchanged"] if p["by"] == "program"]
out = said["programs"]["server"][0]["stdout"]
if out != "up\\n": print(json.dumps({"pass": False, "message": "not up"}))
elif "".join(texts) != WORDS: print(json.dumps({"pass": False, "message": "The order is wrong.", "hint": "Keep them in order."}))
else: print(json.dumps({"pass": True}))
`;
const steps = (command: string) => `    steps:
      - start: server
      - connect: a
      - send: { lines: [x, y] }
      - expect: { contains: Y }
      - check: { command: ${command} }
      - send: { line: z }
      - expect: { contains: Z }
`;
const BOTH = '{ run: "python3 -m checks.order", files: [checks/order.py, checks/words.py] }';

const beside = async (folder: string, files: Record<string, string>) => {
  const { mkdir } = await import('node:fs/promises');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
};

test('a checker of the course decides, with its message and its hint; and once more for a recording', async () => {
  await withSubmission({ 'server.py': SERVER }, async (submission, folder) => {
    const spec = path.join(folder, 'a.grade.yaml');
    await writeFile(spec, specOf('server: {}', { one: steps(BOTH) }));
    await beside(folder, { 'checks/order.py': ORDER, 'checks/words.py': 'WORDS = "X\\nY\\n"\n' });
    let recording: Recording | undefined;
    const report = await grade({ submission, spec, seed: '1' }, (event) => {
      if (event.type === 'recorded') recording = event.recording;
    });
    expect(verdictOf(report, 'one').findings).toEqual([]);
    await beside(folder, { 'checks/words.py': 'WORDS = "Y\\nX\\n"\n' });
    if (!recording) throw new Error('nothing was recorded');
    const checkers = new CheckersInWorker(async () => 'none');
    const again = await rejudge(recording, { spec, runChecker: checkers.run });
    await checkers.end();
    expect(verdictOf(again, 'one')).toMatchObject({
      status: 'fail',
      findings: [{ cause: 'checker', summary: 'The order is wrong.', hint: 'Keep them in order.' }],
    });
  });
});

test.each([
  ['sh -c "exit 3"', 'it ended with status 3'],
  ['echo no', 'it printed no JSON: no'],
  ['echo {}', 'no "pass" that is true or false'],
  ['no-such-program', 'no-such-program is not installed here'],
] as const)('a checker that gives no answer, %j, is the mistake of its author', async (command, problem) => {
  const report = await gradeInline(
    { 'server.py': SERVER },
    specOf('server: {}', { one: `    retries: 0\n${steps(JSON.stringify(command))}` }),
  );
  const { status, findings } = verdictOf(report, 'one');
  expect(status).toBe('inconclusive');
  expect(findings[0]?.summary).toContain(problem);
});

test('the program is gone when the checker runs', async () => {
  const lasting = SERVER.replace(
    'print("up"',
    'import os; open("pid", "w").write(str(os.getpid())); print("up"',
  );
  const alive = `import json, os, sys
pid = int(json.load(sys.stdin)["variables"]["pid"])
print(json.dumps({"pass": not os.path.exists(f"/proc/{pid}")}))
`;
  const program = lasting.replace('line.upper()', '(str(os.getpid()) + "\\n").encode()');
  const spec = specOf('server: {}', {
    one: `    steps:
      - start: server
      - connect: a
      - send: { line: who }
      - expect: { read: line, length: { min: 1 }, capture: pid }
      - check: { command: python3 alive.py }
`,
  });
  const report = await gradeInline({ 'server.py': program }, spec, {}, { 'alive.py': alive });
  expect(existsSync('/proc')).toBe(true);
  expect(statuses(report)).toEqual({ one: 'pass' });
});

test('mistakes in a check by a command', () => {
  const wrong = (check: string) => diagnose(withSteps('start: server', `check: { ${check} }`));
  expect(wrong('command: { run: x, files: [nothing.py] }')).toContain(`the file "nothing.py" can't be read`);
  expect(wrong('command: { run: x, files: [../up.py] }')).toContain('below the folder of this specification');
  expect(wrong('command: x, program: server')).toContain('has program and command');
  expect(wrong('command: { ruin: x }')).toContain('did you mean "run"');
});
