import { gradeInline, specOf, statuses, verdictOf } from '../../../testing/inline.ts';
import { diagnose } from '../../../testing/spec-text.ts';
import { errorRow } from './index.ts';

test.each([
  ["TypeError: a bytes-like object is required, not 'str'", 'text_for_bytes'],
  ['OSError: [Errno 98] Address already in use', 'address_in_use'],
  ['bind failed: Address already in use', 'address_in_use'],
  ['Error: listen EADDRINUSE: address already in use :::8080', 'address_in_use'],
  ['java.net.BindException: Address already in use (Bind failed)', 'address_in_use'],
  ['java.net.BindException: Permission denied', 'low_port'],
  ['Error: listen EACCES: permission denied 0.0.0.0:80', 'low_port'],
  ['PermissionError: [Errno 13] Permission denied', 'permission'],
  ['Segmentation fault (core dumped)', 'memory_misused'],
  ['*** stack smashing detected ***: terminated', 'memory_misused'],
  ['accept: Interrupted system call', 'interrupted_call'],
  ['Error: stream did not contain valid UTF-8', 'bytes_are_no_text'],
  ['ConnectionRefusedError: [Errno 111] Connection refused', 'no_server_there'],
  ["ModuleNotFoundError: No module named 'netutils'", 'missing_module'],
  ["Error: Cannot find module 'express'", 'missing_module'],
  ['IndentationError: unexpected indent', 'indentation'],
  ['Exception in thread "main" java.lang.NullPointerException', 'nothing_where_value'],
  ["UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff", 'bytes_are_no_text'],
  [
    "node:events:495\n      throw er; // Unhandled 'error' event\nError: read ECONNRESET",
    'socket_without_handler',
  ],
  [
    "      throw er; // Unhandled 'error' event\nError: ENOENT: no such file, open 'x'",
    'stream_without_handler',
  ],
  ['Error [ERR_STREAM_WRITE_AFTER_END]: write after end', 'write_after_end'],
  ['SyntaxError: Unexpected token \'h\', "hello" is not valid JSON', 'no_json'],
  ['TypeError: socket.bind() takes exactly one argument (2 given)', 'address_is_no_pair'],
  ["AttributeError: 'tuple' object has no attribute 'recv'", 'tuple_from_accept'],
  ["AttributeError: partially initialized module 'socket' has no attribute 'socket'", 'shadowed_module'],
  ['sh: 1: server: command not found', 'not_a_program'],
  ['ReferenceError: require is not defined in ES module scope', 'module_kind'],
  ['Error: Could not find or load main class Server', 'missing_class'],
  ['java.lang.OutOfMemoryError: Java heap space', 'out_of_memory'],
  ['double free or corruption (fasttop)', 'heap_damaged'],
  ['./server: /usr/bin/python3\\r: bad interpreter: No such file or directory', 'bad_interpreter'],
  ['NameError: name s is not defined', 'unknown_name'],
  ['pthread_create: Resource temporarily unavailable', 'too_many_processes'],
  [
    '    if os.fork() == 0:\nBlockingIOError: [Errno 11] Resource temporarily unavailable',
    'too_many_processes',
  ],
  ["KeyError: 'name'", 'no_such_key'],
  ['OSError: [Errno 88] Socket operation on non-socket', 'not_a_socket'],
  ['panic: runtime error: index out of range [1] with length 1', 'no_such_element'],
  ["RuntimeError: can't start new thread", 'too_many_threads'],
  ['BlockingIOError: [Errno 11] Resource temporarily unavailable', 'would_block'],
  ['PHP Fatal error:  Uncaught Error: Call to undefined function socket_creat()', 'unknown_name'],
])('%s', (printed, id) => {
  expect(errorRow(`Traceback\n${printed}\n`)?.id).toBe(id);
});

test.each(['', 'Listening on port 4000', 'MyNameErrorHandler is ready', 'got: hello'])(
  'nothing is known of %j',
  (printed) => {
    expect(errorRow(printed)).toBeUndefined();
  },
);

test('a client that finds no server, as it should, and has the wrong status gets a hint about that', async () => {
  const steps =
    '    hint: The author says so.\n    steps:\n      - start: client\n      - check: { program: client, is: exited, code: { not: 0 } }\n';
  const client = 'print("connect: Connection refused")\n';
  const report = await gradeInline(
    { 'client.py': client },
    specOf('client: { ready: { after: 0ms } }', { refused: steps }),
  );
  expect(verdictOf(report, 'refused').findings).toMatchObject([
    { hint: expect.stringContaining('End with sys.exit(1)') },
  ]);
});

const STEPS = { one: '    steps:\n      - start: server\n      - check: { port: server, is: listening }\n' };

test('an assignment adds its own, which come first, and a file that extends it more', async () => {
  const own = 'known_errors:\n  - { text: [no such course, NameError], hint: Ask in week 3. }\n';
  const report = await gradeInline({ 'server.py': 'x = y\n' }, specOf('server: {}', STEPS) + own);
  expect(statuses(report)).toEqual({ one: 'fail' });
  expect(verdictOf(report, 'one').findings[0]?.hint).toBe('Ask in week 3.');
});

test('what is wrong with one is reported with its place and the fix', () => {
  const text = `known_errors:\n  - { txt: a, hint: b }\n  - { text: [], hint: b }\n${specOf('server: {}', STEPS)}`;
  const output = diagnose(text);
  expect(output).toContain('x.yaml:2:7: error: unknown key "txt" in known error 1');
  expect(output).toContain('did you mean "text"?');
  expect(output).toContain('x.yaml:3:');
});
