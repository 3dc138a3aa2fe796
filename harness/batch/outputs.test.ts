import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { readDecisions } from './decisions/decisions.ts';
import { readRoster } from './gradebook/roster.ts';
import type { Manifest } from './manifest.ts';
import type { GradebookOptions } from './options.ts';
import { writeOutputs } from './outputs.ts';
import { manifestOf, result, submission } from './testing/graded.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
const table = (name: string) =>
  parse(readFileSync(at(name), 'utf8'), { columns: true, bom: true }) as Record<string, string>[];
const listed = () => table('to-look-at.csv').map(({ who, what }) => `${who}: ${what}`);

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function write(manifest: Manifest, options: GradebookOptions = {}) {
  const roster = options.roster === undefined ? undefined : await readRoster(options.roster);
  const results = new Map(manifest.submissions.map(({ id }) => [id, result(id, 3)]));
  const { files } = await writeOutputs(
    folder,
    { manifest, results, roster, decisions: readDecisions(folder, options, manifest.scenarios) },
    options,
  );
  expect(
    readdirSync(folder)
      .sort()
      .filter((name) => /^gradebook/.test(name)),
  ).toEqual(files.filter((name) => /^gradebook/.test(name)).sort());
}

test('a gradebook in which the system would find no student is not written, and that is reported', async () => {
  const eve = submission('eve', { name: 'Eve', ids: { brightspace: '1' } });
  await write(manifestOf([eve], { source: 'brightspace' }));
  expect(existsSync(at('gradebook-brightspace.csv'))).toBe(false);
  expect(listed()).toEqual([expect.stringMatching(/^gradebook-brightspace\.csv: not written, .* --roster/)]);
  await write(manifestOf([submission('ada', { name: 'Ada', ids: { moodle: '1' } })]), {
    gradebooks: ['brightspace', 'moodle'],
  });
  expect(listed()).toHaveLength(1);
  expect(table('gradebook-moodle.csv')).toMatchObject([{ Identifier: 'Participant 1', Grade: '3' }]);
});

test('of several, who would not be found is left out, and that is reported', async () => {
  const ada = submission('ada', { name: 'lovelaceada', ids: { canvas: '12' } });
  const anonymous = submission('anon_Ab3dE', { ids: {} });
  await write(manifestOf([ada, anonymous], { source: 'canvas' }));
  expect(table('gradebook-canvas.csv').map(({ ID }) => ID)).toEqual(['', '12']);
  expect(listed()).toEqual([
    'anon_Ab3dE: not in gradebook-canvas.csv: without a name or an id that Canvas knows',
  ]);
});

test('a gradebook of an earlier call that is not asked for any more goes away, unless it is the roster', async () => {
  const ada = manifestOf([submission('ada', { name: 'Ada', ids: { canvas: '12', moodle: '1' } })], {
    source: 'canvas',
  });
  await write(ada);
  expect(existsSync(at('gradebook-canvas.csv'))).toBe(true);
  await write(ada, { gradebooks: ['moodle'] });
  expect(existsSync(at('gradebook-canvas.csv'))).toBe(false);
  const roster = at('gradebook-brightspace.csv');
  writeFileSync(roster, 'name,id\nAda,1\n');
  await writeOutputs(
    folder,
    {
      manifest: ada,
      results: new Map(),
      roster: await readRoster(roster),
      decisions: readDecisions(folder, {}, ada.scenarios),
    },
    { gradebooks: ['moodle'] },
  );
  expect(existsSync(roster)).toBe(true);
});

test('scaled, all columns with points are', async () => {
  const late = { late: { percent: 20, summary: 'Handed in late.' } };
  await write(manifestOf([submission('ada', { ids: {} })], { lateness: { ada: late } }), { outOf: 100 });
  expect(table('gradebook.csv')).toMatchObject([
    { points: '75', late_deduction: '-20', grade: '55', max_points: '100', one: '50', two: '25' },
  ]);
});

test('nobody gets a grade by an id that the name contradicts: it is listed', async () => {
  writeFileSync(at('roster.csv'), 'Student,ID,Section\n"Zhang, Wei",1001,A\n');
  const ada = submission('lovelaceada_1001', { name: 'lovelaceada', ids: { canvas: '1001' } });
  await write(manifestOf([ada], { source: 'canvas' }), { roster: at('roster.csv') });
  expect(listed()).toEqual([
    "lovelaceada_1001: lovelaceada: not in the roster's gradebook: the id is that of Zhang, Wei, and the name is not",
    'Zhang, Wei: in the roster, but submitted nothing',
  ]);
});

test('pages for staff lead from one submission to the next; the ones for students stay as they are', async () => {
  const ids = ['ada', 'eve'];
  const page = '<main>\n<h1>Echo</h1>\n</main>';
  for (const id of ids) {
    mkdirSync(at(`students/${id}`), { recursive: true });
    for (const name of ['report.html', 'staff.html']) writeFileSync(at(`students/${id}/${name}`), page);
  }
  const manifest = manifestOf(ids.map((id) => submission(id, { name: id, ids: {} })));
  await write(manifest);
  await write(manifest);
  const staff = readFileSync(at('students/ada/staff.html'), 'utf8');
  expect(staff.match(/href="[^"]*"/g)).toEqual(['href="../../index.html#row-0"', 'href="../eve/staff.html"']);
  expect(readFileSync(at('index.html'), 'utf8')).toContain('<tr id="row-0"');
  expect(readFileSync(at('students/ada/report.html'), 'utf8')).toBe(page);
});
