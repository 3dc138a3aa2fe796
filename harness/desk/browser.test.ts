import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ROOT } from '../testing/cli.ts';
import { addDecisions } from './index.ts';
import { GradedFolder } from './testing/folder.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const SOURCE = `import socket, sys
# <script>window.hurt=1</script> \x1b[31m \u202e
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    client.sendall(client.recv(1))
`;
const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 800 },
];

(CHROMIUM === undefined ? describe.skip : describe)('in Chromium', () => {
  const graded = new GradedFolder();
  const heard: string[] = [];
  let desk: ChildProcess;
  let link: string;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const finding = { evidence: ['stderr: File "/w/server.py", line 6, in <module>'] };
    graded.put('rubric.csv', 'item,points,title,about\nstyle,1,Code style,Names and comments\n');
    await graded.write({
      ada: {
        two: 'fail',
        name: 'Ada Lovelace',
        files: { 'server.py': SOURCE, Makefile: 'all:\n\ttrue\n' },
        finding,
      },
      bob: { two: 'inconclusive' },
      zoe: {},
    });
    desk = spawn(process.execPath, [
      path.join(ROOT, 'dist/cli/main.js'),
      'desk',
      graded.folder,
      '--as',
      'tutor',
    ]);
    const lines = createInterface({ input: desk.stdout ?? process.stdin });
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    const launched = chromium.launch({ executablePath: CHROMIUM ?? '', args });
    for await (const line of lines) {
      link = /^Open (\S+)$/.exec(line)?.[1] ?? '';
      if (link !== '') break;
    }
    browser = await launched;
    const context = await browser.newContext({ viewport: SIZES[0] ?? null, acceptDownloads: true });
    page = await context.newPage();
    page.on('console', (message) => heard.push(message.text()));
    page.on('pageerror', (error) => heard.push(error.message));
  });

  afterAll(async () => {
    await browser?.close();
    desk.kill('SIGKILL');
    graded.dispose();
  });

  afterEach(() => expect(heard).toEqual([]));

  /** Presses Tab until something with this name has the focus. */
  async function tabTo(name: RegExp): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate<string>(
        'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent ?? ""',
      );
      if (name.test(focused)) return;
    }
    throw new Error(`nothing that can have the focus is called ${name}`);
  }

  /** What axe finds wrong in the page as it is. */
  async function violations(script: string): Promise<readonly string[]> {
    const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(script);
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }

  test.each([
    { size: SIZES[0], colorScheme: 'light' as const, id: 'ada', name: 'Ada Lovelace', points: '3' },
    { size: SIZES[1], colorScheme: 'dark' as const, id: 'bob', name: 'bob', points: '2' },
  ])(
    'by keyboard alone: find who needs a person, set points, comment, export: $colorScheme',
    async ({ size = { width: 0, height: 0 }, colorScheme, id, name, points }) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.goto(id === 'ada' ? link : new URL('/', page.url()).href);
      expect(new URL(page.url()).search).toBe('');
      await tabTo(/^Needs a person \d$/);
      await page.keyboard.press('Enter');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Decide' }).waitFor();
      expect(await page.locator('.staffbar strong').textContent()).toContain(name);
      await page.keyboard.press('d');
      await page.keyboard.type(points);
      await tabTo(/^Comment for the student$/);
      await page.keyboard.type('Nearly, look at line 6');
      await tabTo(/^Points, of 1$/);
      await page.keyboard.type('0.5');
      await page.keyboard.press('Enter');
      await page.getByText('Saved.').waitFor();
      expect(await page.getByText(`${points} points, set by staff`).isVisible()).toBe(true);
      await page.keyboard.press('o');
      await page.getByText('The gradebooks do not hold yet').waitFor();
      await tabTo(/^Export$/);
      await page.keyboard.press('Enter');
      await page.getByText('Gradebooks, feedback and pages are written.').waitFor();
      const said = { comment: 'Nearly, look at line 6', style: '0.5', grade: points };
      expect(graded.table('gradebook.csv').find(({ submission }) => submission === id)).toMatchObject(said);
      expect(graded.table('gradebook-moodle.csv')).toContainEqual(
        expect.objectContaining({ Grade: points, 'Feedback comments': said.comment, 'Full name': name }),
      );
      await page.getByRole('button', { name: /^Decided \d$/ }).click();
      expect(await page.locator('.matrix tbody tr:visible').count()).toBe(id === 'ada' ? 1 : 2);
    },
  );

  test('the line that a finding names stands beside it, marked, and what is hostile is text', async () => {
    await page.setViewportSize(SIZES[0] ?? { width: 0, height: 0 });
    await page.goto(new URL('/students/ada/staff.html', page.url()).href);
    await page.getByRole('link', { name: 'server.py:6' }).click();
    const line = page.locator('li.named');
    expect(await line.locator('code').textContent()).toBe('    client.sendall(client.recv(1))');
    const [finding, source] = [await page.locator('.finding').boundingBox(), await line.boundingBox()];
    expect(source?.x).toBeGreaterThan((finding?.x ?? 0) + (finding?.width ?? 0) - 1);
    expect(await page.evaluate('window.hurt')).toBeUndefined();
    expect(await page.locator('.code').first().textContent()).not.toMatch(/\u202e/);
  });

  test.each(SIZES)(
    'nothing runs out of a page of $width pixels, and axe finds nothing wrong, light and dark',
    async (size) => {
      await page.setViewportSize(size);
      for (const target of ['/', '/students/ada/staff.html']) {
        await page.emulateMedia({ colorScheme: 'light' });
        await page.goto(new URL(target, page.url()).href);
        const all = await violations(`${axe.source}; axe.run()`);
        await page.emulateMedia({ colorScheme: 'dark' });
        const dark = await violations('axe.run({ runOnly: ["color-contrast"] })');
        expect({ target, violations: [...all, ...dark] }).toEqual({ target, violations: [] });
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
          size.width,
        );
      }
    },
  );

  test('a page from the disk makes a table, which is added to what is decided', async () => {
    await page.goto(pathToFileURL(path.join(graded.folder, 'students/zoe/staff.html')).href);
    await page.keyboard.press('d');
    await page.keyboard.type('9');
    await page.keyboard.press('Enter');
    expect(await page.locator('#whole-points:invalid').count()).toBe(1);
    await page.locator('#whole-points').fill('4,5');
    await page.getByLabel('Comment for the student').first().fill('=Good, "very"');
    await page.getByLabel('Your name').fill('guest');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toBe('overrides.csv');
    const file = path.join(graded.folder, 'download.csv');
    await download.saveAs(file);
    expect(await addDecisions(graded.folder, file)).toEqual({ added: 1, same: 0, left: [] });
    expect(await addDecisions(graded.folder, file)).toEqual({ added: 0, same: 1, left: [] });
    expect(graded.table('overrides.csv').at(-1)).toMatchObject({
      student: 'zoe',
      points: '4.5',
      comment: '\'=Good, "very"',
      by: 'guest',
    });
    graded.put('download.csv', graded.text('download.csv').replace('"4,5"', '2'));
    expect((await addDecisions(graded.folder, file)).left).toMatchObject([{ who: 'zoe, whole grade' }]);
  });

  test('Ctrl-C ends the desk', async () => {
    desk.kill('SIGINT');
    const [code] = await once(desk, 'exit');
    expect(code).toBe(0);
  });
});
