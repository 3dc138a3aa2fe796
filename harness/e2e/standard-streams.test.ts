import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeStage, type Stage } from '../testing/abuse.ts';
import { canIsolate } from '../testing/can-isolate.ts';

const WAYS = [
  { grader: 'root', level: 'full', isolation: 'require' },
  { grader: 'user', level: 'full', isolation: 'require' },
  { grader: 'container', level: 'uid', isolation: 'auto' },
  { grader: 'plain', level: 'none', isolation: 'none' },
] as const;

/** Opens its standard streams by their names, as a shell does for a redirection, also after the end of its input. */
const PROGRAM = `#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
static int reopen(const char *name, int flags) {
  int fd = open(name, flags, 0666);
  if (fd < 0) { perror(name); exit(1); }
  return fd;
}
int main(int n, char **v) {
  struct stat info;
  for (int fd = 0; fd < 3; fd++) if (fstat(fd, &info) || !S_ISFIFO(info.st_mode)) exit(2);
  char line[100];
  int in = reopen("/dev/stdin", O_RDONLY), got = read(in, line, sizeof line);
  while (read(0, line + got, 1) > 0) got++;
  if (read(reopen("/proc/self/fd/0", O_RDONLY), line + got, 1) != 0) exit(3);
  dprintf(reopen("/dev/stdout", O_WRONLY | O_CREAT | O_TRUNC), "out %.*s", got, line);
  dprintf(reopen("/proc/self/fd/2", O_WRONLY | O_CREAT | O_APPEND), "err %.*s", got, line);
  int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(v[1]))};
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  bind(s, (struct sockaddr *)&a, sizeof a); listen(s, 5); pause();
}
`;
const MAKEFILE = 'server: server.c\n\techo building > /dev/stderr\n\techo too > /dev/stdout\n\tcc -o $@ $<\n';
const SPEC = `title: streams
programs:
  server: { stdin: "typed\\n", stdin_eof: true, variants: [{ file: Makefile, build: make, run: "./server \${{ port }}" }] }
scenarios:
  - id: streams
    title: streams
    points: 1
    steps:
      - start: server
      - check: { program: server, stdout: { contains: "out typed\\n" } }
      - check: { program: server, stderr: { contains: "err typed\\n" } }
`;

let stage: Stage;
beforeAll(() => {
  stage = makeStage();
  const submission = path.join(stage.folder, 'submission');
  mkdirSync(submission);
  for (const [name, text] of Object.entries({ 'server.c': PROGRAM, Makefile: MAKEFILE }))
    writeFileSync(path.join(submission, name), text);
  writeFileSync(path.join(stage.folder, 'streams.grade.yaml'), SPEC);
  chmodSync(submission, 0o755);
});
afterAll(() => stage.remove());

describe.each(WAYS)('graded by $grader at level $level', ({ grader, level, isolation }) => {
  const reason = level === 'none' ? canIsolate({ grader, level: 'full' }) : canIsolate({ grader, level });
  if (reason !== undefined) process.stderr.write(`Not tried: ${grader} at level ${level}: ${reason}.\n`);
  (reason === undefined ? test : test.skip)('programs and builds open their standard streams', async () => {
    const file = path.join(stage.own(grader, 'out'), 'report.json');
    const { stderr } = await stage.run(grader, [
      ...[
        'run',
        path.join(stage.folder, 'submission'),
        '--spec',
        path.join(stage.folder, 'streams.grade.yaml'),
      ],
      ...['--isolation', isolation, '--quiet', '--report', `json=${file}`],
    ]);
    const report = JSON.parse(readFileSync(file, 'utf8'));
    expect({ level: report.isolation.level, status: report.status, stderr }).toEqual({
      level,
      status: 'pass',
      stderr: '',
    });
  });
});
