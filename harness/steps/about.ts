/** What the reference and editors say about a verb beyond its summary. */
export interface VerbAbout {
  readonly group: 'program' | 'dialling' | 'answering' | 'bytes' | 'ending' | 'state' | 'flow';
  /** One sentence for each key of its own; those of payloads and matchers are told once for all verbs. */
  readonly keys: Readonly<Record<string, string>>;
  /** Steps as they stand in a file. */
  readonly examples: readonly string[];
}

const ON = 'The connection; may be left out while only one is open.';
const PROGRAM = 'The program, by its name in `programs`.';
const STATE = {
  program: 'Speak of a program: `running`, `blocked`, `exited`, or what it printed.',
  conn: 'Speak of a connection: `open`, `closed`, `reset`, `accepted` by the program, or how much of it is `unread`.',
  port: "Speak of the port of a program, by the program's name: `free`, `listening`, `time_wait`.",
  is: 'The state word.',
  in: 'With `is: blocked`: the call that it sleeps in, `accept`, `recv` or `send`; `select`, `poll` and `epoll` on such a socket count.',
  on: 'With `is: blocked`, in `recv` or `send`: the connection that it waits for; may be left out while only one is open.',
  cpu: 'With `is: blocked` or `is: running`: an upper bound for its share of one processor, such as `"<20%"`.',
  code: 'With `is: exited`: the exit status that it must have, or must not: `{ not: 0 }`.',
  signal: 'With `is: exited`: the signal that it must have ended by.',
  stdout: 'A matcher for all that the program has printed on standard output so far.',
  stderr: 'A matcher for all that the program has printed on standard error so far.',
  printed: 'A matcher for what the program printed so far, on either of the two.',
  unread:
    'How many bytes lie in the kernel that the program has not received yet: a number, or `all` that was sent.',
  for: 'With `is: blocked` or `is: running`: how long it must stay so without a break.',
  address:
    'With `is: listening`: the address, such as `127.0.0.1`, or `any` for all addresses of the machine.',
  owner: 'With `is: listening`: the program that must hold the socket, by its name.',
};

/** By verb. A test sees to it that no verb, key or example is missing or out of date. */
export const ABOUT: Readonly<Record<string, VerbAbout>> = {
  start: { group: 'program', keys: { program: PROGRAM }, examples: ['start: server'] },
  stop: {
    group: 'program',
    keys: {
      program: PROGRAM,
      signal: 'The signal that is sent first.',
      grace: 'How long it may take to end before SIGKILL is sent.',
    },
    examples: ['stop: server', 'stop: { program: server, signal: SIGKILL }'],
  },
  restart: {
    group: 'program',
    keys: {
      program: PROGRAM,
      signal: 'The signal that ends it.',
      grace: 'How long it may take to end before SIGKILL is sent.',
    },
    examples: ['restart: server'],
  },
  pause: { group: 'program', keys: { program: PROGRAM }, examples: ['pause: server'] },
  resume: { group: 'program', keys: { program: PROGRAM }, examples: ['resume: server'] },
  connect: {
    group: 'dialling',
    keys: {
      as: 'The name of the new connection.',
      to: 'The program to connect to; may be left out when there is only one.',
      reading: 'With `false` nothing is read until the first `expect`, as a slow client does.',
      source_port: 'The port to connect from; any free one when it is left out.',
      expect: 'What shall come of it: `ok`, `refused` or `timeout` (no answer).',
    },
    examples: [
      'connect: a',
      'connect: { as: slow, to: server, reading: false }',
      'connect: { as: late, expect: refused }',
    ],
  },
  listen: {
    group: 'answering',
    keys: {
      as: 'The name under which connections are accepted.',
      port: 'Another port than the one that the program is told.',
      backlog: 'How many connections may wait to be accepted.',
    },
    examples: ['listen: door'],
  },
  accept: {
    group: 'answering',
    keys: {
      on: 'Where the grader listens; may be left out when there is only one place.',
      as: 'The name of the connection.',
    },
    examples: ['accept: b', 'accept: { on: door, as: b }'],
  },
  stdin: {
    group: 'program',
    keys: {
      program: 'The program; may be left out when there is only one.',
      eof: 'With `true` its standard input is closed after that, as Ctrl-D does.',
    },
    examples: ['stdin: { line: hello }', 'stdin: { program: server, eof: true }'],
  },
  send: {
    group: 'bytes',
    keys: {
      on: ON,
      chunk: 'Send in pieces of so many bytes.',
      every:
        'What to wait for between pieces: a time, or `received`: until the program has received the last one.',
    },
    examples: [
      'send: "exactly these bytes"',
      'send: { line: hello }',
      'send: { line: GET / HTTP/1.0, newline: crlf }',
      'send: { on: a, hex: "00 ff 0d 0a" }',
      'send: { random: data, bytes: 64KiB }',
      'send: { http: { path: /index.html, headers: { Connection: close } } }',
      'send: { join: [{ hex: "00 05" }, hello] }',
      'send: { line: in five pieces, chunk: 3, every: received }',
    ],
  },
  expect: {
    group: 'bytes',
    keys: {
      on: ON,
      read: 'Where the message ends (see frames).',
      nothing: 'Nothing must come, for the time that `for` says.',
      for: 'With `nothing`: how long.',
      closed:
        'The program must end the connection: `true` in either way, `fin` in an orderly one, `reset` with an abort.',
      leftover:
        'What it means when more bytes come after a message that was expected exactly: `fail`, `warn` or `ignore`.',
      capture:
        'Keeps the message (of a `regex` with groups: the first group) under a name: later steps know it as `${{ NAME }}`, and its length as `${{ NAME.length }}`. A map such as `{ token: 1 }` keeps groups by number or name.',
      diagnose:
        'A list of `{when: matcher, hint: text}`: adds the first hint that fits what came to a failure, and changes no verdict.',
    },
    examples: [
      'expect: "exactly these bytes"',
      'expect: { equals: { line: hello }, within: 10s }',
      "expect: { read: line, regex: '^hello [a-z]+$' }",
      'expect: { read: { idle: 100ms }, capture: greeting }',
      'expect: { http: { status: 200, body: { contains: hello } } }',
      'expect: { read: { length_prefix: 4 }, any_of: [{ equals: ok }, { starts_with: error }] }',
      'expect: { equals: hello, ignore: [case, trailing_newline] }',
      "expect: { regex: 'token=([0-9]+);', capture: { token: 1 } }",
      'expect: { nothing: true, for: 100ms }',
      'expect: { closed: true }',
    ],
  },
  half_close: { group: 'ending', keys: { on: ON }, examples: ['half_close: a'] },
  close: { group: 'ending', keys: { on: ON }, examples: ['close: a'] },
  reset: { group: 'ending', keys: { on: ON }, examples: ['reset: a'] },
  check: {
    group: 'state',
    keys: STATE,
    examples: [
      'check: { port: server, is: listening }',
      'check: { program: server, is: blocked, in: recv, cpu: "<20%", for: 200ms }',
      'check: { program: server, stdout: { contains: hello } }',
      'check: { conn: a, unread: 0 }',
      'check: { port: server, is: listening, address: any, owner: server }',
    ],
  },
  assume: {
    group: 'state',
    keys: STATE,
    examples: ['assume: { port: server, is: time_wait }', 'assume: { conn: a, unread: all }'],
  },
  repeat: {
    group: 'flow',
    keys: { times: 'How often.', steps: 'What is done in each round.' },
    examples: [
      'repeat: { times: 3, steps: [{ send: { line: "${{ round }}" } }, { expect: { read: line } }] }',
    ],
  },
  parallel: {
    group: 'flow',
    keys: {},
    examples: ['parallel: { one: [{ send: { line: hello } }], other: [{ connect: b }, { close: b }] }'],
  },
  note: {
    group: 'flow',
    keys: { text: 'The remark.' },
    examples: ['note: from here on the server is alone'],
  },
  sleep: { group: 'flow', keys: { for: 'How long.' }, examples: ['sleep: 100ms'] },
  use: {
    group: 'flow',
    keys: {
      template: 'The name of the template.',
      with: 'A value for each name that the template asks for; names with a usual value may be left out.',
    },
    examples: ['use: { template: greets, with: { client: b } }'],
  },
};

/** The keys of payloads. */
export const PAYLOAD_KEYS: Readonly<Record<string, string>> = {
  text: 'Exactly this text, in UTF-8. A bare text is the same.',
  line: 'This text and a newline.',
  lines: 'These texts, each with a newline.',
  newline:
    'With `line` and `lines`: which newline, `lf` (`\\n`, unless said otherwise) or `crlf` (`\\r\\n`).',
  hex: 'Bytes as pairs of hexadecimal digits, such as `"00 ff 0d 0a"`.',
  base64: 'Bytes in base64.',
  file: 'The bytes of a file; its name is relative to the specification.',
  repeat: 'This text again and again, cut at exactly `bytes` bytes.',
  http: 'An HTTP request: `{method, path, version, headers, body}`, by itself `GET / HTTP/1.1`; Host and Content-Length are added where they are needed.',
  join: 'These payloads, one after another.',
  random: 'Random bytes, `bytes` of them; the same label stands for the same bytes within a scenario.',
  bytes: 'With `repeat` and `random`: how many bytes, such as `512`, `64KiB` or `1MiB`.',
};

/** The frames: where a message ends. A test sees to it that each of them can be read. */
export const FRAMES: Readonly<Record<string, string>> = {
  match:
    'Where the matcher is satisfied; this is what holds when nothing is said. `equals` reads as many bytes as it has itself.',
  line: 'At the first newline. The message is the line without its ending, unless the matcher names a newline itself.',
  close: 'Where the program ends the connection.',
  http: 'After one whole HTTP response, by its Content-Length, its chunks or the end of the connection.',
  '{ bytes: 512 }': 'After so many bytes.',
  '{ delimiter: "\\0" }': 'After the first occurrence of this payload, which does not belong to the message.',
  '{ length_prefix: 4 }':
    'After as many bytes as a number of 1, 2, 4 or 8 bytes at the beginning says; `{ length_prefix: { bytes: 4, endian: little } }` for the other byte order.',
  '{ idle: 100ms }': 'When nothing more has come for so long.',
};

/** The keys that every step may have beside its verb, and `within` among its arguments. */
export const STEP_KEYS: Readonly<Record<string, string>> = {
  name: 'What reports call the step.',
  hint: 'What a student is told when the step fails.',
  points: 'Points for this step alone; the scenario is worth the sum, and each step earns its own.',
  soft: 'With `true` the scenario goes on after a failure; it has failed all the same.',
  only_if:
    'The step is done only when every named parameter, matrix value or template value is as it says, or is not: `{ greets: { not: false } }`.',
  within: 'Longest time that the step may wait; it goes on as soon as it can.',
};
