import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lock } from '../batch/lock.ts';
import { Desk, DeskServer } from './index.ts';
import { MOST_BYTES } from './sent.ts';
import { type Answer, ask, GradedFolder } from './testing/folder.ts';

const FORM = 'application/x-www-form-urlencoded';

let graded: GradedFolder;
let server: DeskServer;
let port: number;
let token: string;
let cookie: string;

beforeAll(async () => {
  graded = new GradedFolder();
  await graded.write({ ada: { two: 'fail', name: 'Ada Lovelace' }, bob: { two: 'inconclusive' }, zoe: {} });
  server = new DeskServer(new Desk(graded.folder, 'tutor'));
  const link = new URL(await server.listen());
  port = Number(link.port);
  token = link.searchParams.get('token') ?? '';
});
afterAll(async () => {
  await server.close();
  graded.dispose();
});

const get = (target: string, headers: Record<string, string> = {}) =>
  ask(port, target, { headers: { cookie, ...headers } });
const post = (target: string, body: string, headers: Record<string, string> = {}) =>
  ask(port, target, {
    method: 'POST',
    body,
    headers: { cookie, origin: `http://127.0.0.1:${port}`, 'content-type': FORM, ...headers },
  });
const versionIn = ({ text }: Answer) => /name="version" value="(\w+)"/.exec(text)?.[1] ?? '';
const save = async (id: string, fields: Record<string, string>, version?: string) => {
  const page = `/students/${id}/staff.html`;
  const own = version ?? versionIn(await get(page));
  return post(page, new URLSearchParams({ version: own, ...fields }).toString());
};

test('the token of the link is exchanged for a cookie, once, and leaves the address', async () => {
  expect((await ask(port, '/')).status).toBe(401);
  expect((await ask(port, '/?token=wrong')).status).toBe(401);
  const entered = await ask(port, `/?token=${token}`);
  expect(entered.status).toBe(303);
  expect(entered.headers.location).toBe('/');
  const [set = ''] = entered.headers['set-cookie'] as string[];
  expect(set).toMatch(/^desk-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  cookie = set.split(';')[0] ?? '';
  expect((await ask(port, `/?token=${token}`)).status).toBe(401);
  expect((await ask(port, '/', { headers: { cookie: `${cookie}x` } })).status).toBe(401);
  expect((await get(`/?token=${token}`)).status).toBe(303);
  const overview = await get('/');
  expect(overview.status).toBe(200);
  expect(overview.text).toContain('Ada Lovelace');
  expect(overview.text).not.toContain(token);
  expect(overview.headers).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; .*form-action 'self'; frame-ancestors 'none'$/,
    ),
  });
});

test.each([
  ['another host', 'GET', { host: 'evil.example' }, 421],
  ['another port', 'GET', { host: '127.0.0.1:1' }, 421],
  ['a page of others that reads', 'GET', { origin: 'http://evil.example' }, 403],
  ['a page of others that writes', 'POST', { origin: 'http://evil.example' }, 403],
  ['a page that hides where it is from', 'POST', { origin: 'null' }, 403],
  ['a program that says nothing', 'POST', {}, 403],
  ['a page of another port', 'POST', { origin: 'http://127.0.0.1:1' }, 403],
  ['a page of others by its site', 'POST', { 'sec-fetch-site': 'cross-site', origin: 'OWN' }, 403],
])('refuses %s, cookie or not', async (_, method, given, status) => {
  const before = graded.text('overrides.csv');
  const headers: Record<string, string> = { ...given } as Record<string, string>;
  if (headers.origin === 'OWN') headers.origin = `http://127.0.0.1:${port}`;
  for (const own of [{ cookie }, {}]) {
    const target = method === 'GET' ? '/' : '/students/ada/staff.html';
    const answer = await ask(port, target, {
      method,
      headers: { 'content-type': FORM, ...own, ...headers },
      ...(method === 'POST' ? { body: 'points.total=4' } : {}),
    });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('Ada');
  }
  expect(graded.text('overrides.csv')).toBe(before);
});

test('the address "localhost" is as good as the number', async () => {
  const headers = { host: `localhost:${port}`, cookie };
  expect((await ask(port, '/', { headers })).status).toBe(200);
});

test('serves nothing outside of what a batch writes for staff', async () => {
  writeFileSync(path.join(graded.folder, 'private.csv'), 'secret');
  symlinkSync('/etc/passwd', path.join(graded.folder, 'gradebook-link.csv'));
  mkdirSync(path.join(graded.folder, 'gradebook-folder.csv'));
  for (const target of [
    ...[
      '/../../etc/passwd',
      '/students/../batch.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/students/ada/..%2f..%2fbatch.json',
    ],
    ...[
      '/batch.json',
      '/journal.jsonl',
      '/.lock',
      '/private.csv',
      '/gradebook-link.csv',
      '/gradebook-folder.csv',
    ],
    ...[
      '/students/ada/run.json.gz',
      '/students/ada',
      '/students//report.html',
      '/students/nobody/report.html',
    ],
    ...['/students/%00/report.html', '/%zz', '//etc/passwd', '/students/nobody/staff.html'],
  ]) {
    const { status, text } = await get(target);
    expect({ target, isRefused: [400, 401, 404].includes(status) }).toEqual({ target, isRefused: true });
    expect(text).not.toMatch(/root:|secret|"schema"/);
  }
  for (const target of [
    '/students/ada/report.html',
    '/students/ada/report.json',
    '/gradebook.csv',
    '/summary.html',
  ])
    expect((await get(target)).status).toBe(200);
  expect((await get('/gradebook.csv')).headers['content-disposition']).toBe(
    'attachment; filename="gradebook.csv"',
  );
});

test('refuses what is no form, or too large a one', async () => {
  const page = '/students/ada/staff.html';
  expect((await post(page, '{}', { 'content-type': 'application/json' })).status).toBe(415);
  const large = await post(page, `note=${'x'.repeat(MOST_BYTES)}`).catch((error: Error) => error);
  expect(large instanceof Error ? 413 : large.status).toBe(413);
  expect((await post('/students/nobody/staff.html', 'note=x')).status).toBe(404);
  expect(
    (await ask(port, '/', { method: 'DELETE', headers: { cookie, origin: `http://127.0.0.1:${port}` } }))
      .status,
  ).toBe(405);
});

test('saves points, comment and note with who and when, and exports them', async () => {
  const answer = await save('ada', {
    'points.two': '1,5',
    'comment.two': '=close',
    note: 'ask her',
    'points.total': '',
    after: 'next',
  });
  expect([answer.status, answer.headers.location]).toEqual([303, '/students/bob/staff.html#decide']);
  expect(graded.table('overrides.csv')).toMatchObject([
    { student: 'bob', points: '' },
    {
      student: 'ada',
      scenario: 'two',
      points: '1.5',
      comment: "'=close",
      by: 'tutor',
      basis: expect.stringMatching(/^\w{16}$/),
    },
    { student: 'ada', scenario: 'total', points: '', note: 'ask her' },
  ]);
  const page = await get('/students/ada/staff.html?saved');
  expect(page.text).toContain('Saved.');
  expect(page.text).toContain('3.5 points, set by staff');
  expect(page.text).toContain('ask her');
  expect((await get('/')).text).toContain('The gradebooks do not hold yet what is decided');
  const exported = await post('/export', '');
  expect([exported.status, exported.headers.location]).toEqual([303, '/index.html?exported']);
  const [ada] = graded.table('gradebook.csv');
  expect(ada).toMatchObject({ submission: 'ada', grade: '3.5', two: '1.5' });
  const overview = (await get('/index.html?exported')).text;
  expect(overview).toContain('The gradebooks hold all that is decided');
  expect(overview).toMatch(/data-is="fail decided noted"/);
  expect(graded.text('students/ada/report.html')).not.toMatch(/ask her|tutor/);
});

test('points that can not be are refused on the page, and what was typed stays', async () => {
  const before = graded.text('overrides.csv');
  for (const points of ['2.5', '-1', 'two', '1e0']) {
    const { status, text } = await save('ada', { 'points.two': points, 'comment.two': 'kept' });
    expect(status).toBe(422);
    expect(text).toMatch(/aria-invalid="true" aria-describedby="i1-wrong"/);
    expect(text).toContain(`value="${points}"`);
    expect(text).toContain('value="kept"');
  }
  expect(graded.text('overrides.csv')).toBe(before);
});

test('a decision that crosses another one is not saved, and says so', async () => {
  const version = versionIn(await get('/students/zoe/staff.html'));
  graded.put('overrides.csv', `${graded.text('overrides.csv')}zoe,total,3,by hand,,,,\n`);
  const { status, text } = await save('zoe', { 'points.total': '1' }, version);
  expect(status).toBe(409);
  expect(text).toContain('someone else has decided');
  expect(text).toContain('value="1"');
  expect(graded.table('overrides.csv').at(-1)).toMatchObject({
    student: 'zoe',
    points: '3',
    comment: 'by hand',
  });
  expect((await save('zoe', { 'points.total': '1' })).status).toBe(303);
  expect(graded.table('overrides.csv').filter(({ student }) => student === 'zoe')).toMatchObject([
    { points: '1', by: 'tutor' },
  ]);
});

test('while a batch writes to the folder nothing is saved', async () => {
  const held = await lock(graded.folder);
  try {
    const { status, text } = await save('zoe', { 'points.total': '2' });
    expect(status).toBe(409);
    expect(text).toContain('another batch');
    expect(text).toContain('value="2"');
  } finally {
    await held.release();
  }
});

test('a table that was edited into nonsense is named with its line, and is not overwritten', async () => {
  const good = graded.text('overrides.csv');
  const bad = `${good}zoe,one,9,,,,,\n`;
  graded.put('overrides.csv', bad);
  const { status, text } = await get('/');
  expect(status).toBe(409);
  expect(text).toMatch(/overrides\.csv, line \d+: 9 points are more than there are for one: 2/);
  expect((await save('zoe', { 'points.total': '2' }, 'x')).status).toBe(409);
  expect(graded.text('overrides.csv')).toBe(bad);
  graded.put('overrides.csv', good);
});
