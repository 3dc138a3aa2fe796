import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Recording } from '../grading/recording-of.ts';
import { rejudge } from '../recording/rejudge.ts';
import { canIsolate } from '../testing/can-isolate.ts';
import { specOf, verdictOf, withSubmission } from '../testing/inline.ts';
import { CheckersInWorker } from '../worker/checkers-in-worker.ts';
import { gradeInWorker } from '../worker/grade-in-worker.ts';

/** Writes a file that nobody else may read, and says who it is. */
const CLIENT = `import os
os.umask(0o777)
with open("out.txt", "w") as f: f.write("done")
print(os.getuid(), flush=True)
`;

const CHECKER = `import json, os, sys
said = json.load(sys.stdin)
theirs = said["programs"]["client"][0]["stdout"].strip()
alone = os.listdir(".") == ["answers.py"]
other = sys.argv[1] != "uid" or theirs != str(os.getuid())
print(json.dumps({"pass": alone and other, "message": f"{alone} {theirs} {os.getuid()}"}))
`;

/** Fails, and says which user it is and whether it sees the grader. */
const ISOLATED = `import json, os
print(json.dumps({"pass": False, "message": f"user {os.getuid()} {'sees' if os.access('/etc/shadow', os.R_OK) else 'no'} secrets"}))
`;
const OWN_PLACE = {
  full: /^user \d+ no secrets/,
  uid: /^user [1-9]\d* no secrets/,
  none: new RegExp(`^user ${process.getuid?.()} `),
} as const;

const specFor = (level: string) =>
  specOf('client: { run: "python3 client.py" }', {
    one: `    retries: 0
    steps:
      - start: client
      - check: { program: client, files: { out.txt: { equals: done } } }
      - check: { command: python3 answers.py ${level} }
`,
  });

const LEVELS = [
  ['full', canIsolate({ grader: 'root', level: 'full' })],
  ['uid', canIsolate({ grader: 'container', level: 'uid' })],
  ['none', undefined],
] as const;

for (const [level, reason] of LEVELS) {
  if (reason !== undefined) process.stderr.write(`Not tried: ${reason}.\n`);
  const unless = reason === undefined ? test : test.skip;
  unless(
    `at level ${level} a file is read that only its program may read, and the checker is apart from it`,
    () =>
      withSubmission({ 'client.py': CLIENT }, async (submission, folder) => {
        const spec = path.join(folder, 'a.grade.yaml');
        writeFileSync(spec, specFor(level));
        writeFileSync(path.join(folder, 'answers.py'), CHECKER);
        let recording: Recording | undefined;
        const job = { submission, spec, seed: '1' };
        const report = await gradeInWorker(job, { level, wants: { recording: true } }, (event) => {
          if (event.type === 'recorded') recording = event.recording;
        });
        expect(report.isolation.level).toBe(level);
        expect(verdictOf(report, 'one').findings).toEqual([]);
        // What was recorded is judged again by a checker that is isolated as well.
        writeFileSync(path.join(folder, 'answers.py'), ISOLATED);
        const checkers = new CheckersInWorker(async () => level);
        try {
          if (!recording) throw new Error('nothing was recorded');
          const again = await rejudge(recording, { spec, runChecker: checkers.run });
          const [finding] = verdictOf(again, 'one').findings;
          expect(finding?.summary).toMatch(OWN_PLACE[level]);
        } finally {
          await checkers.end();
        }
      }),
  );
}
