import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { hexView } from '../../match/view.ts';
import { renderHtml } from './index.ts';
import { echoTrace, failedVerdict, findingOf, HOSTILE, reportOf, runOf, verdictOf } from './testing.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
];
const QUIET = ['--disable-background-networking', '--disable-component-update'];

const text = HOSTILE.toString();
const report = reportOf(
  [
    failedVerdict(
      { id: 'broken', title: `It breaks ${text}` },
      findingOf({ evidence: [text, `stderr: ${text}`] }),
      echoTrace(HOSTILE),
    ),
    failedVerdict(
      { id: 'unsure', title: 'Nobody knows' },
      findingOf({ because: 'harness', evidence: ['x'.repeat(300)] }),
      echoTrace(Buffer.from('a line of output\n'.repeat(100))),
    ),
    verdictOf({ id: 'practice', points: 0, maxPoints: 0, visibility: 'hidden' }),
    verdictOf({ runs: [runOf(echoTrace(), { row: 'size=1' }), runOf(echoTrace(), { row: 'size=2' })] }),
    verdictOf({ id: 'skipped', status: 'skip', runs: [] }),
  ],
  { submission: { id: 'ada', path: `/home/${'long'.repeat(60)}`, sha256: 'b'.repeat(64), run: {} } },
);

const bytes = Buffer.from('A reply that is a good deal longer than one row of a dump.');
/** Everything fails, each for a reason of its own, with a dump and with commands that are longer than a page is wide. */
const failing = reportOf(
  Array.from({ length: 13 }, (_, at) =>
    failedVerdict(
      { id: `a-scenario-with-a-long-name-${at}`, title: `Scenario ${at}` },
      findingOf({ summary: `Wrong byte ${at}.`, evidence: hexView(bytes, 21 + at) }),
      echoTrace(bytes),
    ),
  ),
);

(CHROMIUM === undefined ? describe.skip : describe)('in Chromium, from a file', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  const heard: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'html-report-'));
    await writeFile(path.join(folder, 'report.html'), renderHtml(report));
    await writeFile(path.join(folder, 'failing.html'), renderHtml(failing));
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: [...ARGS, ...QUIET] });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  let address: string;

  async function open(options: Parameters<Browser['newPage']>[0] = {}, name = 'report.html'): Promise<void> {
    heard.length = 0;
    address = pathToFileURL(path.join(folder, name)).href;
    page = await browser.newPage(options);
    page.on('console', (message) => heard.push(message.text()));
    page.on('pageerror', (error) => heard.push(error.message));
    page.on('request', (request) => heard.push(request.url()));
    await page.goto(address);
  }

  afterEach(async () => {
    await page.close();
    expect(heard).toEqual([address]);
  });

  test('nothing that a program sent is run', async () => {
    await open();
    expect(await page.evaluate('window.hurt')).toBeUndefined();
    const attributes = "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())";
    const names = new Set(await page.evaluate<string[]>(attributes));
    expect([...names].filter((name) => /^on|^src|^style/.test(name))).toEqual([]);
    expect(await page.locator('img, iframe, script:not(main + script)').count()).toBe(0);
  });

  test.each(['light', 'dark'] as const)(
    'axe finds nothing wrong (%s), also with everything open',
    async (colorScheme) => {
      await open({ colorScheme });
      await page.getByRole('button', { name: 'Open all' }).click();
      const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
        `${axe.source}; axe.run()`,
      );
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    },
  );

  test('a scenario is opened and closed with the keyboard', async () => {
    await open();
    const scenario = page.locator('details.scenario.pass').first();
    await scenario.locator('> summary').focus();
    await page.keyboard.press('Enter');
    expect(await scenario.getAttribute('open')).not.toBeNull();
    await page.keyboard.press('Space');
    expect(await scenario.getAttribute('open')).toBeNull();
  });

  test('the filter and the squares lead to what one looks for', async () => {
    await open();
    await page.getByRole('button', { name: 'Inconclusive 1' }).click();
    expect(await page.locator('details.scenario:visible').count()).toBe(1);
    await page.locator('.strip a.pass').last().click();
    await page.locator('details.scenario.pass[open]').waitFor();
    expect(await page.locator('details.scenario:visible').count()).toBe(report.scenarios.length);
  });

  test('a phone of 360 pixels shows it without scrolling sideways, also without a script', async () => {
    await open({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
    expect(await page.locator('details.scenario[open]').count()).toBe(2);
    expect(await page.locator('#controls').isVisible()).toBe(false);
    const wide = await page.locator('html').evaluate((root: { scrollWidth: number }) => root.scrollWidth);
    expect(wide).toBe(360);
  });

  test.each([
    ['a phone', 390, 'screen'],
    ['a tablet', 700, 'screen'],
    ['a desk', 1280, 'screen'],
    ['paper', 688, 'print'],
  ] as const)('hex dumps and commands fit the width of %s', async (_, width, media) => {
    await open({ viewport: { width, height: 844 } }, 'failing.html');
    await page.emulateMedia({ media });
    type Box = { clientWidth: number; scrollWidth: number };
    const boxes = page.locator('details.scenario[open] :is(.dump pre, .shell)');
    const tooWide = (all: Box[]) => all.filter((one) => one.scrollWidth > one.clientWidth).length;
    expect(await boxes.count()).toBe(6);
    expect(await boxes.evaluateAll(tooWide)).toBe(0);
    // The marked byte, and its character.
    expect(await page.locator('.dump').first().locator('mark').allTextContents()).toEqual(['64', 'd']);
  });

  test('a submission that fails everywhere prints on at most six sheets', async () => {
    await open({}, 'failing.html');
    const pdf = await page.pdf({ format: 'A4' });
    const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length;
    expect(sheets).toBeGreaterThan(1);
    expect(sheets).toBeLessThanOrEqual(6);
  });

  test('it prints', async () => {
    await open();
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(10_000);
  });

  test('on paper long output is not cut off where a screen scrolls', async () => {
    await open();
    const cut = () =>
      page
        .locator('details[open] pre[tabindex]')
        .evaluateAll(
          (all: { scrollHeight: number; clientHeight: number }[]) =>
            all.filter((one) => one.scrollHeight > one.clientHeight + 1).length,
        );
    expect(await cut()).toBeGreaterThan(0);
    await page.emulateMedia({ media: 'print' });
    expect(await cut()).toBe(0);
  });
});
