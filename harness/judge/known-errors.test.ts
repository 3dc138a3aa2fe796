import { gradeInline, specOf, statuses, verdictOf } from '../testing/inline.ts';
import { diagnose } from '../testing/spec-text.ts';
import { knownError } from './known-errors.ts';

test.each([
  ["TypeError: a bytes-like object is required, not 'str'", 'text.encode()'],
  ['OSError: [Errno 98] Address already in use', 'SO_REUSEADDR'],
  ['bind failed: Address already in use', 'SO_REUSEADDR'],
  ['Error: listen EADDRINUSE: address already in use :::8080', 'SO_REUSEADDR'],
  ['java.net.BindException: Address already in use (Bind failed)', 'SO_REUSEADDR'],
  ['java.net.BindException: Permission denied', 'Ports below 1024'],
  ['Error: listen EACCES: permission denied 0.0.0.0:80', 'Ports below 1024'],
  ['PermissionError: [Errno 13] Permission denied', 'below 1024'],
  ['Segmentation fault (core dumped)', 'Memory was used'],
  ['*** stack smashing detected ***: terminated', 'Memory was used'],
  ['accept: Interrupted system call', 'SA_RESTART'],
  ['Error: stream did not contain valid UTF-8', 'as bytes'],
  ['ConnectionRefusedError: [Errno 111] Connection refused', 'Nobody listens'],
  ["ModuleNotFoundError: No module named 'netutils'", 'A module is missing'],
  ["Error: Cannot find module 'express'", 'A module is missing'],
  ['IndentationError: unexpected indent', 'four spaces'],
  ['Exception in thread "main" java.lang.NullPointerException', 'readLine()'],
  ["UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff", 'as bytes'],
  [
    "node:events:495\n      throw er; // Unhandled 'error' event\nError: read ECONNRESET",
    "socket.on('error'",
  ],
  ['sh: 1: server: command not found', 'sources'],
  ['NameError: name s is not defined', 'spelling mistake'],
  ['pthread_create: Resource temporarily unavailable', 'No more processes or threads'],
  [
    '    if os.fork() == 0:\nBlockingIOError: [Errno 11] Resource temporarily unavailable',
    'No more processes or threads',
  ],
  ["RuntimeError: can't start new thread", 'No more processes or threads'],
  ['BlockingIOError: [Errno 11] Resource temporarily unavailable', 'A socket that is non-blocking'],
  ['PHP Fatal error:  Uncaught Error: Call to undefined function socket_creat()', 'spelling mistake'],
])('%s', (printed, hint) => {
  expect(knownError(`Traceback\n${printed}\n`)).toContain(hint);
});

test.each(['', 'Listening on port 4000', 'MyNameErrorHandler is ready', 'got: hello'])(
  'nothing is known of %j',
  (printed) => {
    expect(knownError(printed)).toBeUndefined();
  },
);

test('that a connection is refused is no mistake where nobody listens', () => {
  const printed = 'connect: Connection refused\n';
  expect(knownError(printed, [], undefined, { noListener: true })).toBeUndefined();
});

test('a client that meets nobody, as it should, and has the wrong status is told about that', async () => {
  const steps =
    '    hint: The author says so.\n    steps:\n      - start: client\n      - check: { program: client, is: exited, code: { not: 0 } }\n';
  const client = 'print("connect: Connection refused")\n';
  const report = await gradeInline(
    { 'client.py': client },
    specOf('client: { ready: { after: 0ms } }', { refused: steps }),
  );
  expect(verdictOf(report, 'refused').findings).toMatchObject([{ hint: 'The author says so.' }]);
});

const STEPS = { one: '    steps:\n      - start: server\n      - check: { port: server, is: listening }\n' };

test('an assignment adds its own, which come first, and a file that extends it more', async () => {
  const own = 'known_errors:\n  - { text: [no such course, NameError], hint: Ask in week 3. }\n';
  const report = await gradeInline({ 'server.py': 'x = y\n' }, specOf('server: {}', STEPS) + own);
  expect(statuses(report)).toEqual({ one: 'fail' });
  expect(verdictOf(report, 'one').findings[0]?.hint).toBe('Ask in week 3.');
});

test('what is wrong with one is told with its place and the mend', () => {
  const text = `known_errors:\n  - { txt: a, hint: b }\n  - { text: [], hint: b }\n${specOf('server: {}', STEPS)}`;
  const output = diagnose(text);
  expect(output).toContain('x.yaml:2:7: error: unknown key "txt" in known error 1');
  expect(output).toContain('did you mean "text"?');
  expect(output).toContain('x.yaml:3:');
});
