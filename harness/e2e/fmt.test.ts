import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli } from '../testing/cli.ts';

test('fmt writes the form, --check only asks for it, and a file with mistakes is left alone', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fmt-'));
  const file = path.join(folder, 'a.grade.yaml');
  const text = 'programs: {server: {}}\ntitle: T\ninclude: [listens]\n';
  try {
    writeFileSync(file, text);
    const check = await runCli(['fmt', 'a.grade.yaml', '--check'], { cwd: folder });
    expect([check.code, check.stdout, readFileSync(file, 'utf8')]).toEqual([
      1,
      'a.grade.yaml is not in its form\n',
      text,
    ]);
    expect((await runCli(['fmt', 'a.grade.yaml'], { cwd: folder })).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('title: T\n\nprograms: { server: {} }\n\ninclude: [listens]\n');
    expect((await runCli(['fmt', 'a.grade.yaml', '--check'], { cwd: folder })).code).toBe(0);
    writeFileSync(file, text.replace('listens', 'listen'));
    const wrong = await runCli(['fmt', 'a.grade.yaml'], { cwd: folder });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean "listens"?')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
