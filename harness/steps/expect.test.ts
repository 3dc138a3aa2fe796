import { createHash } from 'node:crypto';
import { SpecError } from '../base/spec-error.ts';
import { gradeInline, specOf, statuses, verdictOf } from '../testing/inline.ts';

/** Sends what its first argument after the port names, then waits for its client to leave. */
const SAYS = `
import socket, sys, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
while True:
    c, _ = s.accept()
    what = c.recv(4096)
    for piece in what.decode("unicode_escape").encode("latin1").split(b"|"):
        c.sendall(piece)
        if b"|" in what.replace(b"\\\\x7c", b""): time.sleep(0.05)
    if what.startswith(b"!"): c.close()
    c.recv(1)
    c.close()
`;
/** A scenario whose server sends these bytes (escapes as in Python, | makes a pause) and what is expected of them. */
const said = (text: string, ...expectations: string[]) => `
    defaults: { within: 2s }
    steps:
      - start: server
      - connect: a
      - send: '${text}'
${expectations.map((one) => `      - expect: ${one}`).join('\n')}
`;
const graded = (scenarios: Record<string, string>) =>
  gradeInline({ 'server.py': SAYS }, specOf('server: {}', scenarios));

test('frames end at a delimiter, after a length, at the end of a response', async () => {
  const report = await graded({
    delimiter: said(
      'one;;two;;th|ree;;',
      '{ read: { delimiter: ";;" }, equals: one }',
      '{ read: { delimiter: ";;" }, equals: two }',
      '{ read: { delimiter: { hex: "3b 3b" } }, equals: three }',
    ),
    prefix: said(
      '\\x00\\x00\\x00\\x03a|bc\\x02\\x00\\x00\\x00hi',
      '{ read: { length_prefix: 4 }, equals: abc }',
      '{ read: { length_prefix: { bytes: 4, endian: little } }, equals: hi }',
    ),
    'wrong-order': said('\\x03\\x00\\x00\\x00abc', '{ read: { length_prefix: 4 }, equals: abc }'),
    'no-delimiter': said('one', '{ read: { delimiter: ";" }, equals: one, within: 300ms }'),
    http: said(
      'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhiHTTP/1.1 404 No\\r\\nContent-Length: 0\\r\\n\\r\\n',
      '{ http: { status: 200, body: { equals: hi } } }',
      '{ read: http, http: { status: "4xx", headers: { Content-Length: "0" } } }',
    ),
    'http-too-long': said(
      'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi!',
      '{ http: { status: 200 } }',
    ),
    'http-head': said('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi', '{ http: { to: HEAD } }'),
    'http-lf': said('HTTP/1.1 200 OK\\nContent-Length: 2\\n\\nhi', '{ http: { status: 200 } }'),
    'http-short': said(
      'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhi',
      '{ http: { status: 200 }, within: 300ms }',
    ),
  });
  expect(statuses(report)).toEqual({
    delimiter: 'pass',
    prefix: 'pass',
    'wrong-order': 'fail',
    'no-delimiter': 'fail',
    http: 'pass',
    'http-too-long': 'fail',
    'http-head': 'fail',
    'http-lf': 'fail',
    'http-short': 'fail',
  });
  const found = (id: string) => verdictOf(report, id).findings[0];
  expect(found('wrong-order')).toMatchObject({ cause: 'bad_length' });
  expect(found('wrong-order')?.summary).toContain('the other way round it says 3');
  expect(found('no-delimiter')?.summary).toContain('";", which ends the message, is missing');
  expect(found('http-too-long')?.summary).toMatch(/^More arrived after the right bytes: .* when "!" came\.$/);
  expect(found('http-lf')).toMatchObject({ cause: 'lf' });
  expect(found('http-short')?.summary).toContain(
    'Content-Length says 9 bytes, and only 2 arrived after the header',
  );
});

test('matchers may be put together, and what does not count may be said', async () => {
  const sha256 = createHash('sha256').update('hello').digest('hex');
  const report = await graded({
    any: said('yes', '{ any_of: [{ equals: no }, { equals: yes }] }'),
    none: said('maybe', '{ any_of: [{ equals: no }, { equals: yes }] }'),
    all: said('one two', '{ all_of: [{ contains: two }, { starts_with: one }] }'),
    'not-all': said('one three', '{ all_of: [{ contains: two }, { starts_with: one }], within: 300ms }'),
    not: said('hello', '{ read: { bytes: 5 }, not: { contains: HELLO } }'),
    'not-not': said('hello', '{ read: { bytes: 5 }, not: { contains: ell } }'),
    hash: said('hello', `{ read: { bytes: 5 }, sha256: "${sha256.toUpperCase()}" }`),
    'hash-differs': said('hallo', `{ read: { bytes: 5 }, sha256: "${sha256}" }`),
    case: said('HeLLo\\r\\n|bye', '{ equals: hello, ignore: [case, trailing_newline] }', '{ equals: bye }'),
    'late-newline': said('hello|\\n', '{ equals: hello, ignore: [trailing_newline] }'),
    'line-case': said('Hello World\\n', '{ read: line, equals: "hello  world", ignore: [case, spaces] }'),
    regex: said('It is 12 O CLOCK', '{ regex: "[0-9]+ o clock", ignore: [case] }'),
    cr: said('a\\r\\nb\\r\\n', '{ equals: "a\\nb\\n", ignore: [cr] }'),
    strict: said('hello\\n', '{ equals: hello, ignore: [case] }'),
    'still-differs': said('hallo\\n', '{ equals: hello, ignore: [case, trailing_newline] }'),
  });
  const expected = {
    none: 'fail',
    'not-all': 'fail',
    'not-not': 'fail',
    'hash-differs': 'fail',
    strict: 'fail',
    'still-differs': 'fail',
  };
  expect(statuses(report)).toEqual(
    Object.fromEntries(report.scenarios.map(({ id }) => [id, id in expected ? 'fail' : 'pass'])),
  );
  expect(verdictOf(report, 'none').findings[0]?.expected).toBe('exactly no, or exactly yes');
  expect(verdictOf(report, 'still-differs').findings[0]?.expected).toBe(
    'exactly hello (not counting case, trailing newline)',
  );
});

test('groups of a pattern are kept, and used later', async () => {
  const report = await graded({
    groups: said(
      'user=anna token=\\xff42;42 anna',
      '{ regex: "user=(?P<who>[a-z]+) token=.([0-9]+);", capture: { name: who, token: 2, all: 0 } }',
      `{ equals: "\${{ token }} \${{ name }}" }`,
    ),
    first: said('key 17;17', '{ regex: "key ([0-9]+);", capture: key }', `{ equals: "\${{ key }}" }`),
    whole: said('abc;abc;', '{ contains: ";", capture: all }', `{ equals: "\${{ all }}" }`),
  });
  expect(statuses(report)).toEqual({ groups: 'pass', first: 'pass', whole: 'pass' });
});

test('the author may say what a failure usually comes from', async () => {
  const report = await graded({
    diagnosed: said(
      'h\\xef\\xbf\\xbdllo',
      '{ equals: hello, diagnose: [{ when: { contains: nope }, hint: no }, { when: { contains: { hex: "ef bf bd" } }, hint: Open it in binary mode. }] }',
    ),
    'not-diagnosed': said('hallo', '{ equals: hello, diagnose: [{ when: { contains: nope }, hint: no }] }'),
    passes: said('hello', '{ equals: hello, diagnose: [{ when: { contains: hello }, hint: no }] }'),
  });
  expect(statuses(report)).toEqual({ diagnosed: 'fail', 'not-diagnosed': 'fail', passes: 'pass' });
  expect(verdictOf(report, 'diagnosed').findings[0]?.hint).toMatch(/^Open it in binary mode\./);
  expect(verdictOf(report, 'not-diagnosed').findings[0]?.hint ?? '').not.toMatch(/^no/);
});

test('what does not fit is reported with a fix', async () => {
  const bad = said(
    'x',
    '{ equals: a, contains: b }',
    '{ nothing: true, for: 10ms, capture: x }',
    '{ http: { status: 200 }, ignore: [case] }',
    '{ ignore: [case], read: line }',
    '{ equals: a, ignore: [colour] }',
    '{ regex: "(a)", capture: { x: 2 } }',
    '{ contains: a, capture: { x: 1 } }',
    '{ sha256: abc }',
    '{ http: { status: 99 } }',
    '{ read: { length_prefix: 3 }, equals: a }',
    '{ any_of: [{ contains: a }] }',
  );
  const error = await graded({ bad }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(SpecError);
  const { rendered } = error as SpecError;
  for (const words of [
    'has equals and contains',
    '"capture" and "diagnose" go with bytes only',
    '"ignore" does not go with http',
    '"ignore" goes with a matcher',
    'must be one of trailing_newline, cr, case, spaces',
    'the pattern has no group 2',
    'groups are captured from a regex',
    'must be a SHA-256 of 64 hexadecimal digits',
    'must be a status such as 200',
    'must be 1, 2, 4 or 8 bytes, or {bytes: 4, endian: little}',
    'needs at least two matchers',
  ])
    expect(rendered).toContain(words);
});

test('payloads of several lines, put together, and requests', async () => {
  const echo = SAYS.replace(
    'what = c.recv(4096)',
    'what = c.recv(4096); c.sendall(what); c.recv(1); continue',
  );
  const steps = (payload: string, text: string) =>
    `    steps: [{ start: server }, { connect: a }, { send: ${payload} }, { expect: { equals: "${text}" } }]`;
  const report = await gradeInline(
    { 'server.py': echo },
    specOf('server: {}', {
      lines: steps('{ lines: [one, "", two] }', 'one\\n\\ntwo\\n'),
      'crlf-lines': steps('{ lines: [one, two], newline: crlf }', 'one\\r\\ntwo\\r\\n'),
      join: steps(
        '{ join: [a, { hex: "62" }, { line: c }, { join: [{ repeat: d, bytes: 3 }] }] }',
        'abc\\nddd',
      ),
      http: steps(
        '{ http: { method: POST, path: /form, headers: { A: b }, body: { join: [x, "y"] } } }',
        'POST /form HTTP/1.1\\r\\nHost: localhost\\r\\nA: b\\r\\nContent-Length: 2\\r\\n\\r\\nxy',
      ),
    }),
  );
  expect(statuses(report)).toEqual({ lines: 'pass', 'crlf-lines': 'pass', join: 'pass', http: 'pass' });
});

test('a line is judged without its ending, unless the pattern names one; and kept without it', async () => {
  const report = await graded({
    plain: said('abc\\n', "{ read: line, regex: '^[a-c]+$' }"),
    named: said('abc\\r\\n', String.raw`{ read: line, regex: '^[a-c]+\r?\n$' }`),
    strict: said('abc\\r\\n', String.raw`{ read: line, regex: '^[a-c]+\n$' }`),
    kept: `${said('abc\\r\\nabc abc\\n', '{ read: line, capture: word }', '{ equals: { line: "${{ word }} ${{ word }}" } }')}`,
    group: said(
      'id 7\\n7',
      "{ read: line, regex: '^id (\\d)$', capture: { id: 1 } }",
      '{ equals: "${{ id }}" }',
    ),
  });
  expect(statuses(report)).toEqual({
    plain: 'pass',
    named: 'pass',
    strict: 'fail',
    kept: 'pass',
    group: 'pass',
  });
});
