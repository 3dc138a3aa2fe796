import { gradeInline, specOf, statuses, verdictOf } from '../testing/inline.ts';

/** Listens on the port that it is given, and writes more than any buffer holds to each client. */
const WRITER = `
import socket, sys
s = socket.create_server((sys.argv[2], int(sys.argv[1])))
while True:
    c, _ = s.accept()
    if c.recv(1) == b"w":
        c.sendall(bytes(64 * 1024 * 1024))
    c.recv(1)
`;
const graded = (address: string, scenarios: Record<string, string>) =>
  gradeInline(
    { 'server.py': WRITER },
    specOf(
      `server: { variants: [{ file: server.py, run: "python3 server.py \${{ port }} ${address}" }] }`,
      scenarios,
    ),
  );
const linux = process.platform === 'linux';
const onLinux = linux ? test : test.skip;
const why = linux ? '' : ' (skipped: only Linux shows system calls)';

onLinux(`a program that writes to a client that does not read is blocked in send${why}`, async () => {
  const check = '- check: { program: server, is: blocked, in: send, within: 5s }';
  const report = await graded('127.0.0.1', {
    stuck: `    steps:\n      - start: server\n      - connect: { as: a, reading: false }\n      - send: w\n      ${check}\n`,
    reads: `    steps:\n      - start: server\n      - connect: a\n      - send: r\n      ${check}\n`,
  });
  expect(statuses(report)).toEqual({ stuck: 'pass', reads: 'fail' });
  expect(verdictOf(report, 'reads').findings[0]?.summary).toMatch(/does not wait in send\(\), but in recv/);
});

describe('where a program listens, and who holds the port', () => {
  const check = (more: string) =>
    `    steps:\n      - start: server\n      - check: { port: server, is: listening, ${more}, within: 1s }\n`;

  onLinux(`an address that is right, and one that is not${why}`, async () => {
    const scenarios = {
      local: check('address: 127.0.0.1'),
      any: check('address: any'),
      owner: check('owner: server'),
    };
    expect(statuses(await graded('127.0.0.1', scenarios))).toEqual({
      local: 'pass',
      any: 'fail',
      owner: 'pass',
    });
    const open = await graded('0.0.0.0', scenarios);
    expect(statuses(open)).toEqual({ local: 'fail', any: 'pass', owner: 'pass' });
    const [found] = verdictOf(open, 'local').findings;
    expect(found?.cause).toBe('other_address');
    expect(found?.summary).toMatch(/^The program listens on 0\.0\.0\.0:\d+, not on 127\.0\.0\.1\.$/);
  });

  onLinux(`a port that another program holds${why}`, async () => {
    const report = await gradeInline(
      { 'server.py': WRITER },
      specOf(
        `server: { variants: [{ file: server.py, run: "python3 server.py \${{ port }} 127.0.0.1" }] }, client: { variants: [{ run: sleep 100 }] }`,
        {
          held: '    steps:\n      - start: server\n      - start: client\n      - check: { port: server, is: listening, owner: client, within: 1s }\n',
        },
      ),
    );
    expect(verdictOf(report, 'held').findings).toMatchObject([{ cause: 'state' }]);
    expect(verdictOf(report, 'held').findings[0]?.summary).toMatch(/is held by another program than client/);
  });
});
