import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { NOTHING } from '../../report/html/text.ts';
import { processorTime } from '../../testing/processor-time.ts';
import type { GradeRow } from '../gradebook/row.ts';
import type { Manifest } from '../manifest.ts';
import type { Result } from '../result.ts';
import type { Submission } from '../types.ts';
import { type PageContent, renderIndex } from './page.ts';
import { staffBars, withStaffHead } from './staff-head.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const HOSTILE = '<script>window.hurt=1</script>"\'><img src=x onerror=window.hurt=1>\u202eabc';
const SCENARIOS = ['listens', 'answers', 'secret'].map((id) => ({
  id,
  title: `${id} ${HOSTILE}`,
  points: 2,
  visibility: id === 'secret' ? ('hidden' as const) : ('visible' as const),
}));

function row(id: string, statuses: readonly ('pass' | 'fail' | 'inconclusive')[], name = id): GradeRow {
  const points = 2 * statuses.filter((status) => status === 'pass').length;
  const open = statuses.includes('inconclusive');
  const result: Result = {
    id,
    key: id,
    status: statuses.includes('fail') ? 'fail' : 'pass',
    points,
    maxPoints: 6,
    scenarios: SCENARIOS.map((scenario, at) => ({
      id: scenario.id,
      status: statuses[at] ?? 'pass',
      points: 0,
      ms: 100 * at,
    })),
    ...(open ? { open: HOSTILE } : {}),
    again: true,
    isolation: 'full',
    ms: 1000,
  };
  const submission: Submission = {
    id,
    students: [{ name, ids: {} }],
    from: id,
    late: id === 'eve',
    earlier: [],
    files: 1,
    sha256: id,
    gist: 'same',
    refused: [],
    renamed: [],
  };
  return {
    submission,
    student: { name, ids: {} },
    result,
    lateness: {},
    off: 0,
    ...(open ? { open: HOSTILE } : { grade: points }),
  };
}

const rows = [
  row('ada', ['pass', 'pass', 'pass']),
  row('bob', ['pass', 'fail', 'fail'], `Bob ${HOSTILE}`),
  row('eve', ['fail', 'inconclusive', 'pass']),
  row('zoe', ['pass', 'pass', 'fail'], 'Jürgen'),
];
const content: PageContent = {
  manifest: {
    schema: 'socket-grader/batch/v1',
    grader: { version: '1' },
    spec: { title: `Echo ${HOSTILE}`, file: 'echo.grade.yaml', fingerprint: 'f' },
    source: 'canvas',
    scenarios: SCENARIOS,
    isolation: { level: 'full', lost: [] },
    elsewhere: [],
    submissions: rows.map(({ submission }) => submission),
  } as unknown as Manifest,
  rows,
  concerns: [
    { who: HOSTILE, what: HOSTILE, grade: 'none' },
    { who: 'Zoe', submission: 'zoe', what: 'left out: a.out: not a source' },
  ],
  similar: [{ ids: ['ada', 'bob'], similarity: 0.87, at: 2 }],
  copies: [{ ids: ['ada', 'zoe'], exact: false }],
  maxPoints: 6,
};

test('the page for staff shows what the one to be mailed leaves out', () => {
  const [staff, summary] = [renderIndex(content, 'staff'), renderIndex(content, 'summary')];
  for (const text of ['secret', 'To look at', 'Identical submissions', 'href="students/ada/staff.html"']) {
    expect(staff).toContain(text);
    expect(summary).not.toContain(text);
  }
  expect(summary).not.toMatch(/<script|<button|<input|<a /);
  expect(staff).toMatch(/<th scope="row">secret <span class="seen">hidden</);
  expect(staff).not.toContain('<img');
});

test.each(['hidden', 'after_due_date', 'after_published'] as const)(
  'nothing on the page to be mailed depends on a scenario that is seen: %s',
  (visibility) => {
    const manifest = {
      ...content.manifest,
      scenarios: SCENARIOS.map((one) => (one.id === 'secret' ? { ...one, visibility } : one)),
    };
    const page = (secret: 'pass' | 'fail' | 'inconclusive', late = false) => {
      const zoe = row('zoe', ['pass', 'pass', secret]);
      const scenarios = zoe.result?.scenarios.map((one) => ({
        ...one,
        points: one.status === 'pass' ? 2 : 0,
        ms: one.id === 'secret' && secret === 'fail' ? 9_000 : one.ms,
      }));
      const result = {
        ...(zoe.result as Result),
        scenarios: scenarios ?? [],
        ms: secret === 'fail' ? 9_999 : 1,
      };
      const { grade = 0 } = zoe;
      const own = { ...zoe, result, ...(late ? { off: 0.6, grade: grade - 0.6 } : {}) };
      return renderIndex({ ...content, manifest, rows: [own] }, 'summary');
    };
    expect(page('pass')).toContain('<td class=n>4<td>pass');
    expect(page('pass')).toContain('Of 4');
    expect(page('pass')).toContain('These are not the grades');
    expect(page('pass')).not.toContain('secret');
    expect(page('fail')).toBe(page('pass'));
    expect(page('inconclusive')).toBe(page('pass'));
    expect(page('pass', true)).toBe(page('pass'));
  },
);

test('where nothing is hidden, the page to be mailed has the grades', () => {
  const scenarios = SCENARIOS.map((one) => ({ ...one, visibility: 'visible' as const }));
  const page = renderIndex({ ...content, manifest: { ...content.manifest, scenarios } }, 'summary');
  expect(page).toContain('Of 6');
  expect(page).not.toContain('not the grades');
});

test('the table of submissions comes first, and every row has its command to grade it again', () => {
  const page = renderIndex(
    { ...content, rows: [...rows, row('-o dd', ['pass', 'pass', 'pass']), row('last', ['pass'])] },
    'staff',
  );
  const headings = [...page.matchAll(/<h2>(\w+)/g)].map(([, heading]) => heading);
  expect(headings.slice(0, 3)).toEqual(['Submissions', 'Grades', 'Scenarios']);
  for (const name of [' ada', ' bob', ' eve', ' zoe', '=&#39;-o dd&#39;'])
    expect(page).toContain(
      `<td class="cmd hid">socket-grader batch DOWNLOAD --spec echo.grade.yaml --out FOLDER --regrade${name}\n`,
    );
  expect(renderIndex(content, 'summary')).not.toMatch(
    /again|regrade|Needs a person|no grade:|row-\d+"[^>]*person/,
  );
});

test('a page for staff names the student, and leads to the pages before and after it and to its row', () => {
  const waiting = { ...row('cat', ['pass']), result: undefined } as unknown as GradeRow;
  const [ada, ...others] = rows;
  if (ada === undefined) throw new Error('there are rows');
  const numbered = others.map((one) => ({
    ...one,
    student: { ...one.student, ids: { sid: `4711-${one.submission.id}` } },
  }));
  const bars = staffBars([waiting, ada, ...numbered]);
  const first = withStaffHead('<body>\n<main>\n<header>kept</header>', bars.get('ada') ?? NOTHING);
  expect(first).toContain('1 of 4');
  expect(first).not.toContain('rel="prev"');
  const page = withStaffHead(first, bars.get('bob') ?? NOTHING);
  expect(page.match(/<nav/g)).toHaveLength(1);
  expect(page).toMatch(/<\/nav>\n<header>kept<\/header>$/);
  expect(page).toContain('<a rel="prev" href="../ada/staff.html"');
  expect(page).toContain('<a rel="next" href="../eve/staff.html"');
  expect(page).toContain('href="../../index.html#row-2"');
  expect(page).toContain('2 of 4');
  expect(page).toContain('4711-bob');
  expect(page).not.toMatch(/<script|<img|\u202e/);
  expect(bars.has('cat')).toBe(false);
});

test('3,000 students make a page in less than two seconds of processor time', () => {
  const many = Array.from({ length: 3_000 }, (_, at) => row(`student-${at}`, ['pass', 'fail', 'pass']));
  const began = processorTime();
  const page = renderIndex({ ...content, rows: many }, 'staff');
  expect(processorTime() - began).toBeLessThan(2_000);
  expect(page.match(/<tr id="row-/g)).toHaveLength(3_000);
  expect(page.length).toBeLessThan(3_000_000);
});

(CHROMIUM === undefined ? describe.skip : describe)('in Chromium, from a file', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  const heard: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'overview-'));
    await writeFile(path.join(folder, 'index.html'), renderIndex(content, 'staff'));
    await writeFile(path.join(folder, 'summary.html'), renderIndex(content, 'summary'));
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(name = 'index.html', options: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
    heard.length = 0;
    page = await browser.newPage(options);
    page.on('console', (message) => heard.push(message.text()));
    page.on('pageerror', (error) => heard.push(error.message));
    await page.goto(pathToFileURL(path.join(folder, name)).href);
  }

  afterEach(async () => {
    expect(await page.evaluate('window.hurt')).toBeUndefined();
    await page.close();
    expect(heard).toEqual([]);
  });

  const names = () =>
    page
      .locator('.matrix tbody tr:visible td:first-child')
      .evaluateAll((cells: { textContent: string }[]) =>
        cells.map(({ textContent }) => textContent.split(' ')[0]),
      );

  test('it is filtered, searched and sorted', async () => {
    await open();
    expect(await names()).toEqual(['ada', 'bob', 'eve', 'zoe']);
    await page.getByRole('button', { name: 'Failed 2' }).click();
    expect(await names()).toEqual(['bob', 'zoe']);
    await page.getByRole('button', { name: 'Inconclusive 1' }).click();
    expect(await names()).toEqual(['eve']);
    await page.getByRole('button', { name: 'Late' }).click();
    expect(await names()).toEqual(['eve']);
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByRole('searchbox').fill('zo');
    expect(await names()).toEqual(['zoe']);
    await page.getByRole('searchbox').fill('ZOE jurgen');
    expect(await names()).toEqual(['zoe']);
    await page.getByRole('searchbox').fill('Jürgen');
    expect(await names()).toEqual(['zoe']);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'answers' }).click();
    expect(await names()).toEqual(['bob', 'eve', 'ada', 'zoe']);
    const grade = page.getByRole('button', { name: 'Of 6' });
    await grade.click();
    expect(await names()).toEqual(['eve', 'bob', 'zoe', 'ada']);
    await grade.click();
    expect(await names()).toEqual(['ada', 'zoe', 'bob', 'eve']);
  });

  test('those who need a person are filtered with the reason, and reached by a link', async () => {
    await open();
    const reason = page.getByText('left out: a.out: not a source').first();
    expect(await reason.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Needs a person 2' }).click();
    expect(await names()).toEqual(['eve', 'zoe']);
    expect(await reason.isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Failed 2' }).click();
    await page.getByRole('searchbox').fill('bob');
    expect(await names()).toEqual(['bob']);
    await page.getByRole('link', { name: 'Zoe' }).click();
    await page.locator('tr:target a:focus').waitFor();
    expect(await page.locator('a:focus').textContent()).toBe('zoe');
    expect(await names()).toEqual(['ada', 'bob', 'eve', 'zoe']);
  });

  test('rows are filtered by what a scenario came out as', async () => {
    await open();
    await page.getByLabel('Scenario').selectOption('answers');
    expect(await names()).toEqual(['bob']);
    await page.getByLabel('Outcome').selectOption('inconclusive');
    expect(await names()).toEqual(['eve']);
    await page.getByLabel('Scenario').selectOption('any');
    expect(await names()).toEqual(['ada', 'bob', 'eve', 'zoe']);
  });

  test('the keyboard alone searches, steps through the rows and clears the search', async () => {
    await open();
    const current = () => page.locator('.matrix a:focus').textContent();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await current()).toBe('bob');
    await page.keyboard.press('k');
    expect(await current()).toBe('ada');
    await page.keyboard.press('/');
    await page.keyboard.type('zo');
    expect(await names()).toEqual(['zoe']);
    await page.keyboard.press('Enter');
    expect(await current()).toBe('zoe');
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    expect(await names()).toEqual(['ada', 'bob', 'eve', 'zoe']);
  });

  test('a phone keeps the names in view, and cuts nothing off', async () => {
    await open('index.html', { viewport: { width: 390, height: 500 } });
    const left = 'document.querySelector(".matrix tbody td").getBoundingClientRect().left';
    const before = await page.evaluate<number>(left);
    await page.evaluate('document.querySelector(".scroll").scrollLeft = 200');
    expect(await page.evaluate<number>('document.querySelector(".scroll").scrollLeft')).toBe(200);
    expect(await page.evaluate<number>(left)).toBe(before);
    const histogram = await page.getByRole('img', { name: 'Distribution' }).boundingBox();
    expect((histogram?.x ?? 0) + (histogram?.width ?? 0)).toBeLessThanOrEqual(390);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
  });

  test.each(
    ['index.html', 'summary.html'].flatMap((name) => [
      [name, 1280, 'light'] as const,
      [name, 390, 'dark'] as const,
    ]),
  )('axe finds nothing wrong in %s, %d pixels wide, %s', async (name, width, colorScheme) => {
    await open(name);
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
      `${axe.source}; axe.run()`,
    );
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  test('on paper there is neither what is hidden nor what is for staff only', async () => {
    await open();
    await page.emulateMedia({ media: 'print' });
    const text = await page.evaluate<string>('document.body.innerText');
    expect(text).not.toMatch(/secret|Identical|To look at|Search/);
    expect(text).toContain('listens');
  });

  test('it is read without a script as well', async () => {
    await open('index.html', { javaScriptEnabled: false, viewport: { width: 360, height: 700 } });
    expect(await page.locator('.matrix tbody tr').count()).toBe(4);
    expect(await page.locator('#controls').isVisible()).toBe(false);
  });
});
