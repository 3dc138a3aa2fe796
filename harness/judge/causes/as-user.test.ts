import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeStage, type Stage } from '../../testing/abuse.ts';
import { canIsolate } from '../../testing/can-isolate.ts';
import { specOf } from '../../testing/inline.ts';

/** What an ordinary user may not do, which the administrator who runs the tests may; each with the begin of its hint. */
const SAMPLES = [
  [
    'low_port in python',
    'server.py',
    'import socket\nsocket.create_server(("127.0.0.1", 80)).accept()\n',
    'Listen on the port from the command line',
  ],
  [
    'low_port in c',
    'server.c',
    `#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
int main(void) {
  int s = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(80)};
  if (bind(s, (struct sockaddr *)&a, sizeof a) < 0) { perror("bind"); return 1; }
  return listen(s, 5);
}
`,
    'Listen on the port from the command line',
  ],
  [
    'permission in python',
    'server.py',
    'open("/etc/server.log", "w")\n',
    'Listen on no port below 1024, write only to the own folder',
  ],
  [
    'permission in c',
    'server.c',
    '#include <stdio.h>\nint main(void) { if (!fopen("/etc/server.log", "w")) { perror("/etc/server.log"); return 1; } return 0; }\n',
    'Listen on no port below 1024, write only to the own folder',
  ],
] as const;

const reason = canIsolate({ grader: 'plain', level: 'none' });
if (reason !== undefined) process.stderr.write(`Not tried as an ordinary user: ${reason}.\n`);

let stage: Stage;
beforeAll(() => {
  stage = makeStage();
});
afterAll(() => stage.remove());

(reason === undefined ? test : test.skip).each(SAMPLES)('%s', async (name, file, text, hint) => {
  const submission = path.join(stage.folder, name.replaceAll(' ', '-'));
  mkdirSync(submission);
  writeFileSync(path.join(submission, file), text);
  const spec = path.join(stage.folder, 'starts.grade.yaml');
  const steps = '    steps:\n      - start: server\n      - check: { port: server, is: listening }\n';
  writeFileSync(spec, specOf('server: {}', { starts: steps }));
  const report = path.join(stage.own('plain', 'out'), 'report.json');
  // In a network of its own nobody has opened the low ports.
  await stage.run(
    'plain',
    ['run', submission, '--spec', spec, '--isolation', 'none', '--quiet', '--report', `json=${report}`],
    { network: true },
  );
  const [verdict] = JSON.parse(readFileSync(report, 'utf8')).scenarios;
  expect(verdict).toMatchObject({ status: 'fail', findings: [{ hint: expect.stringContaining(hint) }] });
});
