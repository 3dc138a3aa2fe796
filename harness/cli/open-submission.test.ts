import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { holdsArchives } from './holds-archives.ts';
import { openSubmission } from './open-submission.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'open-submission-'));
  const steps = [
    'mkdir lab && echo one > lab/server.py && echo two > notes.txt',
    'zip -qr lab.zip lab && tar czf lab.tgz lab && tar cf handin lab',
    'mkdir zipped && cp lab.zip zipped/',
    'mkdir -p deep/er && cp lab.tgz deep/er/',
    'mkdir beside && cp lab.zip notes.txt beside/',
    'mkdir below && mkdir below/data && cp lab.zip below/data/ && cp notes.txt below/',
    'cp notes.txt broken.zip && mkdir torn && cp notes.txt torn/broken.zip',
  ];
  execFileSync('sh', ['-c', steps.join(' && ')], { cwd: folder });
  mkdirSync(path.join(folder, 'linked'));
  symlinkSync(path.join(folder, 'lab.zip'), path.join(folder, 'linked', 'lab.zip'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['lab.zip', ['server.py']],
  ['lab.tgz', ['server.py']],
  ['handin', ['server.py']],
  ['zipped', ['server.py']],
  ['deep', ['server.py']],
  ['beside', ['lab.zip', 'notes.txt', 'server.py']],
])('%s is opened', async (name, files) => {
  const given = path.join(folder, name);
  expect(await holdsArchives(given)).toBe(true);
  const opened = await openSubmission(given);
  expect(path.basename(opened.folder)).toBe(name.replace(/\..*/, ''));
  expect(readdirSync(opened.folder).sort()).toEqual(files);
  await opened.close();
  expect(() => readdirSync(path.dirname(opened.folder))).toThrow('ENOENT');
});

test.each(['lab', 'notes.txt', 'below', 'linked'])('%s is taken as it is', async (name) => {
  expect(await holdsArchives(path.join(folder, name))).toBe(false);
});

test.each(['broken.zip', 'torn'])('%s: why it cannot be opened is said', async (name) => {
  await expect(openSubmission(path.join(folder, name))).rejects.toThrow(
    /broken\.zip can't be opened: it is no zip, tar/,
  );
});
