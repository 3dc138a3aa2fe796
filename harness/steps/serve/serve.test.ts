import { gradeInline, specOf, statuses, verdictOf } from '../../testing/inline.ts';
import { diagnose, readRight, withSteps } from '../../testing/spec-text.ts';

/** Says lines, one after another, each after the answer to the one before; prints what came. */
const TALKER = `import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
f = s.makefile("rwb", buffering=0)
lines = [l for l in sys.stdin.read().split("\\n") if l]
if lines[0] == "WAIT":
    print(f.readline().decode().strip(), flush=True); lines.pop(0)
for line in lines:
    f.write((line + "\\r\\n").encode())
    answer = f.readline().decode().strip()
    print(answer, flush=True)
    if not answer: break
`;

const steps = (typed: string, serve: string, after = '') => `    steps:
      - listen: door
      - start: client
      - stdin: { lines: [${typed}], eof: true }
      - serve: ${serve}
${after}`;

const SMTP = `{
          on: door, greeting: { line: 220 hi }, rules: [
            { when: { starts_with: EHLO }, send: { line: 502 no }, times: 1 },
            { when: { regex: "^HELO (.*)" }, capture: { who: 1 }, send: { line: "250 \${{ who }}" } },
            { when: { equals: QUIT }, send: { line: 221 bye }, end: close, times: 1, name: the end } ] }`;

test('answers depend on the question, on what was kept, and on how often it was asked', async () => {
  const spec = `${specOf('client: {}', {
    right: steps(
      'WAIT, EHLO a, HELO ada, QUIT',
      SMTP,
      '      - check: { program: client, stdout: { contains: "220 hi\\n502 no\\n250 ada\\n221 bye" } }\n',
    ),
    twice: steps('WAIT, EHLO a, EHLO b', SMTP),
    forgets: steps('WAIT, EHLO a, HELO b', SMTP),
    otherwise: steps(
      'ONE, TWO',
      '{ rules: [{ when: { equals: ONE }, send: { line: "1" } }], otherwise: { line: "?" } }',
      '      - check: { program: client, stdout: { equals: "1\\n?\\n" } }\n',
    ),
    bare: steps('ONE', '{ rules: [{ send: { line: any } }], until: { messages: 1 } }'),
    few: steps('ONE', '{ rules: [{ send: { line: any } }], until: { messages: 2 } }'),
  })}defaults: { newline: crlf }\n`;
  const report = await gradeInline({ 'client.py': TALKER }, spec);
  expect(statuses(report)).toEqual({
    right: 'pass',
    twice: 'fail',
    forgets: 'fail',
    otherwise: 'pass',
    bare: 'pass',
    few: 'fail',
  });
  const found = (id: string) => verdictOf(report, id).findings[0];
  expect(found('twice')).toMatchObject({
    cause: 'no_match',
    summary: 'The program sent a message that no rule matches: EHLO b\\r\\n.',
    evidence: expect.arrayContaining([
      'answered before: EHLO a\\r\\n (rule 1, something that starts with EHLO)',
      'stdout: 220 hi',
      'stdout: 502 no',
    ]),
  });
  expect(found('forgets')?.summary).toBe('The program sent too few messages for the end: 0 instead of 1.');
  expect(found('few')?.summary).toBe('Only 1 of 2 messages came; the program exited with status 0.');
  expect(
    verdictOf(report, 'right').runs[0]?.trace.events.flatMap((e) => (e.type === 'rule' ? [e.name] : [])),
  ).toEqual(['rule 1, something that starts with EHLO', expect.stringContaining('rule 2'), 'the end']);
});

test('several clients are served at once, over TCP with lengths, and over UDP', async () => {
  const many = `import socket, struct, sys
cs = [socket.create_connection((sys.argv[1], int(sys.argv[2]))) for _ in range(20)]
for n, c in enumerate(cs): c.sendall(struct.pack("!HI", 4, n))
for n, c in reversed(list(enumerate(cs))):
    assert c.recv(6, socket.MSG_WAITALL) == struct.pack("!HI", 4, n), n
`;
  const datagrams = `import socket, sys
cs = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(5)]
for n, c in enumerate(cs): c.sendto(b"%d" % n, (sys.argv[1], int(sys.argv[2])))
for n, c in enumerate(cs): assert c.recv(99) == b"got %d" % n
`;
  const echo = (serve: string) => `    steps:
      - listen: door
      - start: client
      - serve: ${serve}
      - check: { program: client, is: exited, code: 0 }
`;
  const tcp = await gradeInline(
    { 'client.py': many },
    specOf('client: {}', {
      one: echo(
        '{ read: { length_prefix: 2 }, rules: [{ when: { struct: [{ u32: { capture: id } }] }, send: { length_prefix: 2, of: { struct: [{ u32: "${{ id }}" }] } } }] }',
      ),
    }),
  );
  expect(verdictOf(tcp, 'one').findings).toEqual([]);
  const udp = await gradeInline(
    { 'client.py': datagrams },
    specOf('client: { transport: udp }', {
      one: echo('{ rules: [{ capture: what, send: "got ${{ what }}" }] }'),
    }),
  );
  expect(verdictOf(udp, 'one').findings).toEqual([]);
});

test('an origin answers HTTP requests while a client waits at the proxy', async () => {
  const proxy = `import socket, sys, threading
def serve(c):
    data = c.recv(65536)
    o = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    o.sendall(data); o.shutdown(socket.SHUT_WR)
    while part := o.recv(4096): c.sendall(part)
    c.close()
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True: threading.Thread(target=serve, args=(s.accept()[0],)).start()
`;
  const spec = `title: proxy
programs: { proxy: { run: "python3 proxy.py \${{ port }} \${{ ports.origin }}" } }
scenarios:
  - id: forwards
    title: forwards
    steps:
      - listen: origin
      - start: proxy
      - connect: a
      - send: { http: { path: /b, headers: { Connection: close } } }
      - serve: { on: origin, read: http, rules: [{ when: { http_request: { path: /a } }, send: a }, { when: { http_request: { method: GET, path: /b } }, send: { http_response: { body: from b } }, end: close }], until: { messages: 1 } }
      - expect: { read: close, http: { status: 200, body: { equals: from b } } }
`;
  const report = await gradeInline({ 'proxy.py': proxy }, spec);
  expect(verdictOf(report, 'forwards').findings).toEqual([]);
});

test('who never connects, never ends, crashes, or sends half a message fails with that', async () => {
  const serve = steps('x', '{ rules: [{ send: { line: y } }], within: 1500ms }');
  const cases: readonly [string, string][] = [
    ['import time; time.sleep(60)', 'The program did not connect'],
    ['pass', 'The program exited with status 0 without having connected.'],
    [`${TALKER}\nimport time; time.sleep(60)`, 'The program did not end'],
    [TALKER.replace('+ "\\r\\n"', ''), 'The program did not end'],
  ];
  for (const [program, summary] of cases) {
    const report = await gradeInline({ 'client.py': program }, specOf('client: {}', { one: serve }));
    expect(verdictOf(report, 'one').findings[0]?.summary).toContain(summary);
  }
});

test('mistakes in rules are found before anything runs, and what is kept is known to answers alone', () => {
  const wrong = (serve: string) =>
    diagnose(
      withSteps('listen: door', 'start: server', `serve: ${serve}`).replace(
        'server: {}',
        'server: { ready: none }',
      ),
    );
  expect(wrong('{ rules: [] }')).toContain('needs at least one rule');
  expect(wrong('{ rules: [{ whne: { equals: a } }] }')).toContain('did you mean "when"');
  expect(wrong('{ rules: [{ when: { equal: a } }] }')).toContain('did you mean "equals"');
  expect(wrong('{ rules: [{ send: { lien: a } }] }')).toContain('lien');
  expect(wrong('{ rules: [{ send: "${{ who }}" }] }')).toContain('unknown name "who"');
  expect(wrong('{ rules: [{ capture: who, send: "${{ who }}" }] }')).toBe('');
  expect(wrong('{ read: match, rules: [{ send: a }] }')).toContain('where each message ends');
  expect(wrong('{ read: { datagrams: 2 }, rules: [{ send: a }] }')).toContain('has no datagrams');
  expect(diagnose(withSteps('start: server', 'serve: { rules: [{ send: a }] }'))).not.toBe('');
  const kept = withSteps(
    'listen: d',
    'start: server',
    'serve: { rules: [{ capture: w, send: "${{ w }}" }] }',
  );
  const [plan] = readRight(kept).plans.get('one') ?? [];
  expect(JSON.stringify(plan?.steps[2]?.args)).toContain('"$late"');
});

test('what a client said just before it ended is answered and judged', async () => {
  const hasty = `import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(b"ONE\\nTWO\\nTHREE\\n")
`;
  const serve = (last: string) => `    steps:
      - listen: door
      - start: client
      - serve: { rules: [{ when: { equals: ONE } }, { when: { equals: TWO } }, { when: { equals: ${last} }, times: 1 }] }
`;
  for (let round = 0; round < 5; round += 1) {
    const report = await gradeInline(
      { 'client.py': hasty },
      specOf('client: {}', { right: serve('THREE'), wrong: serve('FOUR') }),
    );
    expect(statuses(report)).toEqual({ right: 'pass', wrong: 'fail' });
  }
});
