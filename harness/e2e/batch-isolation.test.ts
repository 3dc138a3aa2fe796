import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeFiles } from '../batch/testing/archives.ts';
import { STUDENTS, writeSpec } from '../batch/testing/course.ts';
import { runCli } from '../testing/cli.ts';
import { chooseIsolation } from '../worker/choose-isolation.ts';

const { level } = await chooseIsolation('auto');
if (level === 'none') process.stderr.write('Not tried: there is no isolation here.\n');

(level === 'none' ? test.skip : test)(
  'what was graded without isolation is graded again with it, and is told where it was not',
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'batch-isolation-'));
    const spec = writeSpec(folder);
    const source = STUDENTS.right?.source ?? '';
    writeFiles(folder, {
      'given/ada/server.py': source,
      'given/bob/server.py': source,
      'given/eve/server.py': source,
    });
    const batch = (out: string, ...more: string[]) =>
      runCli(['batch', 'given', '--spec', spec, '--out', out, ...more], { cwd: folder });
    const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
    // What is hidden is not run without isolation, and has no verdict.
    expect((await batch('out', '--isolation', 'none')).code).toBe(3);
    expect(read('out/index.html')).toContain('not isolated');
    const again = await batch('out', '--isolation', 'auto');
    expect(again.stdout).not.toContain('graded already');
    expect(again.code).toBe(0);
    expect(read('out/index.html')).not.toContain('not isolated');
    // Better isolation than is asked for does no harm.
    const less = await batch('out', '--isolation', 'none');
    expect(less.stdout).toContain('3 graded already');
    expect(read('out/index.html')).not.toContain('not isolated');

    await batch('part1', '--shard', '1/2', '--isolation', 'auto', '--only', 'answers');
    await batch('part2', '--shard', '2/2', '--isolation', 'none', '--only', 'answers');
    await runCli(['merge', 'part1', 'part2', '--out', 'merged'], { cwd: folder });
    expect(read('merged/to-look-at.csv')).toMatch(/graded with less isolation \(none\) than the others/);
    expect(read('merged/index.html')).toMatch(/not isolated: \d/);
    rmSync(folder, { recursive: true });
  },
);
