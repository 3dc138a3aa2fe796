import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import { decide } from './frame.ts';
import { matcherMap } from './matchers/index.ts';
import { describePayload, payloadBytes } from './payload.ts';
import { payload } from './payload-fields.ts';

function bytesOf(written: unknown): Buffer {
  return payloadBytes(v.parse(payload, written), 'seed');
}

function problemOf(written: unknown): string | undefined {
  return v.safeParse(payload, written).issues?.[0].message;
}

function judged(written: unknown, bytes: Buffer | string) {
  const matcher = v.parse(matcherMap, written);
  const message = Buffer.from(bytes);
  const decision = decide({ kind: 'match' }, matcher.build('seed'), {
    bytes: message,
    ended: true,
    over: true,
    idle: true,
  });
  return {
    state: decision.state,
    ...(decision.state === 'mismatch'
      ? { cause: decision.difference.cause, description: decision.difference.description }
      : {}),
    captures: Object.fromEntries(matcher.build('seed').captured?.(message) ?? []),
  };
}

test.each([
  [{ length_prefix: { bytes: 4, endian: 'big' }, of: { text: 'hello' } }, '0000000568656c6c6f'],
  [{ length_prefix: { bytes: 2, endian: 'little' }, of: { hex: 'ff' } }, '0100ff'],
  [{ length_prefix: 1, of: { join: ['a', { length_prefix: 1, of: 'b' }] } }, '03610162'],
  [{ struct: [{ u16: 7 }, { u32: '305419896' }, { text: 'ada', width: 5 }] }, '0007123456786164610000'],
  [{ struct: [{ u16: 7, endian: 'big' }, { i16: -2 }], endian: 'little' }, '0007feff'],
  [
    { struct: [{ u64: '18446744073709551615' }, { i64: -1 }, { f32: 1.5 }, { f64: -0.5 }] },
    'ffffffffffffffffffffffffffffffff3fc00000bfe0000000000000',
  ],
  [
    {
      struct: [
        {
          bits: [
            { width: 1, value: 1 },
            { width: 4, value: 2 },
            { width: 3, value: 5 },
          ],
        },
        { hex: '0a' },
        'z',
      ].slice(0, 2),
    },
    '950a',
  ],
  [
    { json: { id: 1, list: ['é', null, true] } },
    Buffer.from('{"id":1,"list":["é",null,true]}').toString('hex'),
  ],
  [
    { sha1: 'dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11', as: 'base64' },
    Buffer.from('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=').toString('hex'),
  ],
  [{ sha256: '', as: 'bytes' }, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
])('%j has the bytes that are computed', (written, hex) => {
  expect(bytesOf(written).toString('hex')).toBe(hex);
});

test('a response tells its length, and gzip unpacks to what it was made of', () => {
  expect(bytesOf({ http_response: { status: 404, headers: { A: 'b' }, body: 'gone' } }).toString()).toBe(
    'HTTP/1.1 404 Not Found\r\nA: b\r\nContent-Length: 4\r\n\r\ngone',
  );
  expect(bytesOf({ http_response: { status: 304 } }).toString()).toBe('HTTP/1.1 304 Not Modified\r\n\r\n');
  expect(gunzipSync(bytesOf({ gzip: { repeat: 'x', bytes: 1000 } })).length).toBe(1000);
  expect(describePayload(v.parse(payload, { length_prefix: 2, of: 'hi' }))).toBe(
    '"hi" after its length (2 bytes, big-endian)',
  );
});

test.each([
  [{ struct: [{ u8: 256 }] }, /u8.*0 to 255/],
  [{ struct: [{ u16: 'x' }] }, /u16/],
  [{ struct: [{ i8: -129 }] }, /-128 to 127/],
  [{ struct: [{ text: 'too long', width: 3 }] }, /longer than its width/],
  [{ struct: [{ bits: [{ width: 3, value: 1 }] }] }, /multiple of 8/],
  [
    {
      struct: [
        {
          bits: [
            { width: 3, value: 9 },
            { width: 5, value: 0 },
          ],
        },
      ],
    },
    /too large/,
  ],
  [{ struct: [] }, /at least one field/],
  [{ length_prefix: 4 }, /needs what it counts/],
  [{ length_prefix: 1, of: { repeat: 'x', bytes: 256 } }, /256 bytes, more than 1 byte/],
  [{ text: 'x', as: 'hex' }, /sha1/],
  [{ text: 'x', endian: 'big' }, /struct/],
])('%j is refused', (written, message) => {
  expect(problemOf(written)).toMatch(message);
});

const HEADER = {
  struct: [
    { u16: { capture: 'id' } },
    {
      bits: [
        { width: 1, value: 1 },
        { width: 15, capture: 'rest' },
      ],
    },
    { text: { capture: 'who' }, width: 4 },
    { length_prefix: 1, of: { starts_with: 'a' } },
    { skip: 1 },
  ],
};

test('a struct is read field by field, and what is to be kept of it is', () => {
  expect(judged(HEADER, Buffer.from('12348005616400000261620a', 'hex'))).toEqual({
    state: 'match',
    captures: { id: '4660', rest: '5', who: 'ad' },
  });
  expect(judged(HEADER, Buffer.from('12340005616400000261620a', 'hex'))).toMatchObject({
    state: 'mismatch',
    cause: 'different',
    description: expect.stringContaining('field 2 (bits, at byte 2)'),
  });
  expect(judged(HEADER, Buffer.from('123480056164', 'hex'))).toMatchObject({
    cause: 'truncated',
    description: 'only 6 bytes arrived: field 3 (text) lacks 2',
  });
  expect(judged(HEADER, Buffer.from('1234800561640000026262', 'hex'))).toMatchObject({ state: 'mismatch' });
  expect(judged({ struct: [{ u16: 7 }] }, Buffer.from('0700', 'hex'))).toMatchObject({ cause: 'byte_order' });
  const counted = { struct: [{ u8: 0 }, { length_prefix: 4, of: 'Ada' }] };
  expect(judged(counted, Buffer.from('0003000000416461', 'hex'))).toMatchObject({
    cause: 'byte_order',
    description: expect.stringContaining('at byte 1) has a length of 50331648 instead of 3: its bytes are'),
  });
  expect(judged(counted, Buffer.from('00000000034164', 'hex'))).toMatchObject({
    cause: 'truncated',
    description: 'only 7 bytes arrived: field 2 (text after its length) lacks 1',
  });
  expect(
    judged(
      { struct: { endian: 'little', fields: [{ u64: '18446744073709551615' }, { f32: 1.5 }] } },
      Buffer.from('ffffffffffffffff0000c03f', 'hex'),
    ).state,
  ).toBe('match');
  expect(judged({ struct: [{ i8: { min: -3, max: 0 } }] }, Buffer.from('fc', 'hex'))).toMatchObject({
    description: expect.stringContaining('is -4 instead of at least -3 and at most 0'),
  });
});

test.each([
  ['{"status":"ok","items":[1,2,3]}', 'match', undefined],
  ['{"status":"OK","items":[1,2,3]}', 'mismatch', /\$\.status, there is "OK" instead of "ok"/],
  ['{"status":"ok","items":[1,2]}', 'mismatch', /2 nodes instead of 3/],
  ['{"items":[1,2,3]}', 'mismatch', /there is nothing/],
  ['{status: ok}', 'mismatch', /is no JSON/],
])('JSON %s is judged by its paths', (message, state, description) => {
  const result = judged({ json: { '$.status': 'ok', '$.items[*]': { count: 3 } } }, message);
  expect(result.state).toBe(state);
  if (description) expect(result.description).toMatch(description);
});

test('JSON tells types apart, and keeps what stands at a path', () => {
  expect(judged({ json: { '$.n': 1 } }, '{"n":"1"}').description).toMatch(/a string instead of a number/);
  expect(
    judged({ json: { '$.n': { equals: { a: [1] } }, '$.m': { exists: false } } }, '{"n":{"a":[1]}}').state,
  ).toBe('match');
  expect(judged({ json: { '$.t': { regex: '^id-([0-9]+)$', capture: 'id' } } }, '{"t":"id-42"}')).toEqual({
    state: 'match',
    captures: { id: '42' },
  });
  expect(v.safeParse(matcherMap, { json: { '$.[': 1 } }).issues?.[0].message).toMatch(/JSONPath/);
});

test('requests are read as far as they go', () => {
  const wanted = {
    http_request: {
      method: 'POST',
      path: { starts_with: '/a' },
      headers: { host: 'x' },
      body: { json: { '$.k': { capture: 'k' } } },
    },
  };
  const request = (body: string, length = body.length) =>
    `POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`;
  expect(judged(wanted, request('{"k":5}'))).toEqual({ state: 'match', captures: { k: '5' } });
  expect(judged(wanted, request('{"k":5}', 99)).description).toMatch(/Content-Length says 99 bytes/);
  expect(judged(wanted, 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n').description).toMatch(/GET instead of POST/);
  expect(judged({ http_request: {} }, 'GET / HTTP/1.0\r\n\r\n').state).toBe('match');
  expect(judged({ http_request: {} }, 'hello there\n').description).toMatch(
    /request line "hello there" is not of the form/,
  );
  expect(
    judged(
      { http: { body: { gzip: { equals: 'hi' } } } },
      bytesOf({ http_response: { body: { gzip: 'hi' } } }),
    ).state,
  ).toBe('match');
  expect(judged({ sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d' }, 'abc').state).toBe('match');
});
