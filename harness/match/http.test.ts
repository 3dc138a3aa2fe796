import fc from 'fast-check';
import { decide } from './frame.ts';
import { type HttpOptions, readResponse } from './http.ts';
import type { Matcher } from './matcher.ts';
import { equalsMatcher } from './matchers/equals.ts';
import { type HttpWanted, httpMatcher } from './matchers/http.ts';
import { payloadBytes } from './payload.ts';

const OPEN: HttpOptions = { ended: false, head: false };
const ENDED: HttpOptions = { ended: true, head: false };
const crlf = (...lines: string[]) => Buffer.from(lines.join('\r\n'), 'latin1');
const description = (text: string | Buffer, options: HttpOptions = ENDED) => {
  const look = readResponse(Buffer.from(text), options);
  if (look.state === 'open') return look.lacking.description;
  return look.state === 'broken'
    ? look.difference.description
    : look.response.problems.map((one) => one.description).join('; ');
};

describe('where a response ends', () => {
  const head = (...fields: string[]) => crlf('HTTP/1.1 200 OK', ...fields, '', '').toString('latin1');
  test.each([
    ['as Content-Length says', `${head('Content-Length: 3')}abcdef`, OPEN, 'length', 'abc', 3],
    ['names are compared without regard to case', `${head('cONTENT-lENGTH:3')}abc`, OPEN, 'length', 'abc', 0],
    ['at the end of the stream', `${head('X: y')}abc`, ENDED, 'close', 'abc', 0],
    [
      'after the header of a reply to HEAD',
      `${head('Content-Length: 3')}abc`,
      { ended: false, head: true },
      'none',
      '',
      3,
    ],
    ['after the header of a 204', 'HTTP/1.1 204 No Content\r\n\r\nabc', OPEN, 'none', '', 3],
    [
      'after the header of a 304',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
      OPEN,
      'none',
      '',
      0,
    ],
    [
      'after the chunk of length 0',
      `${head('Transfer-Encoding: chunked')}2\r\nab\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\nrest`,
      OPEN,
      'chunked',
      'ab0123456789',
      4,
    ],
    ['with nothing in it', head('Content-Length: 0'), OPEN, 'length', '', 0],
  ] as const)('%s', (_, text, options, framing, body, left) => {
    const look = readResponse(Buffer.from(text, 'latin1'), options);
    if (look.state !== 'complete') throw new Error(look.state);
    const { response } = look;
    expect([response.framing, response.body.toString('latin1'), text.length - response.length]).toEqual([
      framing,
      body,
      left,
    ]);
    expect(response.problems).toEqual([]);
  });

  test('a reason phrase may be missing, and header values may hold any byte', () => {
    const look = readResponse(crlf('HTTP/1.0 200', 'X-Name: \t Gr\xfc\xdfe: a b \t', '', ''), ENDED);
    expect(look).toMatchObject({
      state: 'complete',
      response: { status: 200, reason: '', headers: [{ name: 'X-Name', value: 'Gr\xfc\xdfe: a b' }] },
    });
  });
});

describe('what is reported when more must come', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n';
  test.each([
    ['', 'nothing arrived'],
    ['HTTP/1.1 20', 'the status line "HTTP/1.1 20" has no end (\\r\\n)'],
    ['HTTP/1.1 200 OK\r\nA: b\r\n', 'the empty line (\\r\\n) that ends the header is missing'],
    [`${head}abc`, 'Content-Length says 10 bytes, and only 3 arrived after the header'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', 'a chunk of 5 bytes is not complete'],
  ])('%j', (text, expected) => {
    expect(readResponse(Buffer.from(text), OPEN).state).toBe('open');
    expect(description(text, OPEN)).toBe(expected);
    expect(readResponse(Buffer.from(text), ENDED).state).toBe('broken');
    expect(description(text)).toBe(expected);
  });

  test('without a length an open connection does not tell where the body ends', () => {
    expect(description('HTTP/1.1 200 OK\r\n\r\nabc', OPEN)).toContain(
      'no Content-Length and the connection stays open',
    );
  });
});

describe('what the standard forbids', () => {
  test.each([
    [
      '<html>hello</html>',
      'it begins with "<html>hello</html>", not with a status line such as HTTP/1.1 200 OK',
    ],
    ['HTTP/1.1 OK\r\n\r\n', 'the status line "HTTP/1.1 OK" is not of the form HTTP/1.1 200 OK'],
    ['HTTP/1.1 200 OK\nA: b\r\n\r\n', '"HTTP/1.1 200 OK" ends with \\n instead of \\r\\n (CRLF)'],
    [
      'HTTP/1.1 200 OK\r\nA: b\r\n\n',
      'the empty line after the header ends with \\n instead of \\r\\n (CRLF)',
    ],
    ['HTTP/1.1 200 OK\r\nnonsense\r\n\r\n', 'the header line "nonsense" has no colon'],
    [
      'HTTP/1.1 200 OK\r\nA : b\r\n\r\n',
      'the header line "A : b" has a name that is none (a space before the colon?)',
    ],
    ['HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n', 'the Content-Length "two" is no number'],
    [
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na',
      'there are several Content-Lengths',
    ],
    [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      '"zz" is not the length of a chunk (hexadecimal)',
    ],
    [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n',
      'the chunk of 2 bytes is not followed by \\r\\n',
    ],
  ])('%j', (text, expected) => {
    expect(description(text)).toBe(expected);
  });

  test('a header without end is not read for ever', () => {
    const endless = Buffer.from(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(20_000)}`);
    expect(readResponse(endless, OPEN)).toMatchObject({ state: 'broken' });
  });
});

test('any bytes are read without a crash, and a response takes up no more than there is', () => {
  const part = fc.constantFrom(
    'HTTP/1.1 ',
    '200 OK',
    '\r\n',
    '\n',
    'Content-Length: ',
    '5',
    'a',
    'Transfer-Encoding: chunked',
    '0',
    ':',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 14 }), fc.boolean(), fc.boolean(), (parts, ended, head) => {
      const bytes = Buffer.from(parts.join(''));
      const look = readResponse(bytes, { ended, head });
      if (ended) expect(look.state).not.toBe('open');
      if (look.state === 'complete') expect(look.response.length).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 3000 },
  );
});

describe('the http matcher', () => {
  const equals = (text: string) => equalsMatcher(Buffer.from(text));
  const http = (rest: Partial<HttpWanted> = {}) => httpMatcher({ headers: [], toHead: false, ...rest });
  const judged = (matcher: Matcher, text: string) => {
    const decision = decide({ kind: 'close' }, matcher, {
      bytes: Buffer.from(text),
      ended: true,
      over: false,
      idle: false,
    });
    return decision.state === 'mismatch' ? decision.difference.description : decision.state;
  };
  const page = 'HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\nabc';

  test.each([
    [http(), 'match'],
    [http({ status: [{ min: 200, max: 299 }] }), 'match'],
    [
      http({
        status: [
          { min: 404, max: 404 },
          { min: 500, max: 599 },
        ],
      }),
      'the status is 200 (OK) instead of 404 or 5xx',
    ],
    [http({ headers: [{ name: 'content-type', matcher: equals('text/html') }] }), 'match'],
    [http({ headers: [{ name: 'Date', matcher: equals('') }] }), 'the header Date is missing'],
    [
      http({ headers: [{ name: 'Content-Type', matcher: equals('text/plain') }] }),
      'the header Content-Type is "text/html": the first wrong byte is at offset 5: "h" instead of "p"',
    ],
    [http({ body: equals('abc') }), 'match'],
    [http({ body: equals('abd') }), 'in the body, the first wrong byte is at offset 2: "c" instead of "d"'],
  ])('%j', (matcher, expected) => {
    expect(judged(matcher, page)).toBe(expected);
  });

  test('bytes after the body are too many', () => {
    expect(judged(http(), `${page}d`)).toBe('1 byte arrived after the body, more than Content-Length says');
    expect(judged(http({ toHead: true }), page)).toBe(
      '3 bytes arrived after the header, where no body may be',
    );
  });
});

describe('the http payload', () => {
  const request = (rest: object) =>
    payloadBytes(
      { kind: 'http', method: 'GET', path: '/', version: '1.1', headers: [], ...rest },
      '',
    ).toString();
  test('has the fields that it needs', () => {
    expect(request({})).toBe('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(request({ version: '1.0', method: 'HEAD', path: '/a b' })).toBe('HEAD /a b HTTP/1.0\r\n\r\n');
    expect(
      request({
        headers: [
          { name: 'host', value: 'x' },
          { name: 'A', value: 'b' },
        ],
      }),
    ).toBe('GET / HTTP/1.1\r\nhost: x\r\nA: b\r\n\r\n');
    const body = { kind: 'line', text: 'hi', newline: 'lf' };
    expect(request({ method: 'POST', body })).toBe(
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nhi\n',
    );
  });
});
