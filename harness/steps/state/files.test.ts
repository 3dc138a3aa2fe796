import { gradeInline, specOf, statuses, verdictOf } from '../../testing/inline.ts';
import { diagnose, withSteps } from '../../testing/spec-text.ts';

const BEGIN = '    steps:\n      - start: client\n';
const ENDED = `${BEGIN}      - check: { program: client, is: exited, code: 0 }\n`;
const check = (files: string) => `${ENDED}      - check: { program: client, files: { ${files} } }\n`;

async function graded(program: string, scenarios: Record<string, string>, beside = {}) {
  const spec = specOf('client: { run: "python3 client.py" }', scenarios);
  return gradeInline({ 'client.py': program }, spec, {}, beside);
}

const WRITER = `import os, sys, time
os.makedirs("out/deep", exist_ok=True)
with open("out/deep/a.bin", "wb") as f:
    f.write(bytes(range(256)))
open("empty", "w").close()
open("text", "w").write("one\\ntwo\\n")
os.symlink("/etc/passwd", "link")
os.mkfifo("pipe")
os.mkdir("folder")
with open("big", "wb") as f: f.truncate(70 << 20)
os.chmod("text", 0)
`;

test('files are compared as bytes, wherever below the folder of the program they are', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
  const report = await graded(
    WRITER,
    {
      whole: check(
        'out/deep/a.bin: { equals: { file: a.bin } }, empty: { equals: "" }, text: { contains: two }',
      ),
      there: check('text: { exists: true }, nothing.txt: { exists: false }'),
      wrong: check('out/deep/a.bin: { equals: { hex: "00 01 ff" } }'),
      missing: check('out.txt: { contains: x }'),
      surplus: check('text: { exists: false }'),
      link: check('link: { contains: root }'),
      pipe: check('pipe: { contains: x }'),
      folder: check('folder: { equals: "" }'),
      through: check('link/x: { contains: x }'),
      big: check('big: { length: { min: 1 } }'),
    },
    { 'a.bin': bytes },
  );
  expect(statuses(report)).toMatchObject({ whole: 'pass', there: 'pass' });
  const found = (id: string) => verdictOf(report, id).findings[0];
  expect(found('wrong')).toMatchObject({
    cause: 'file',
    summary: expect.stringContaining('253 bytes too many at offset 2'),
  });
  expect(found('missing')).toMatchObject({
    summary: 'The program did not write the file out.txt.',
    actual: 'it wrote big, empty, folder, link, out, pipe, text',
  });
  expect(found('surplus')?.summary).toMatch(/was not to write: text/);
  for (const id of ['link', 'pipe', 'folder', 'through'])
    expect(found(id)?.summary).toMatch(/something else than a regular file/);
  expect(found('big')?.summary).toMatch(/more than 64 MiB/);
  expect(JSON.stringify(report)).not.toContain('root:x:');
});

test('a file is waited for; one that is never written out is not', async () => {
  const slow = `import time
time.sleep(0.3)
f = open("late", "w"); f.write("x" * 10); f.flush()
g = open("kept", "w"); g.write("hello")
time.sleep(60)
`;
  const report = await graded(slow, {
    late: `${BEGIN}      - check: { program: client, files: { late: { equals: xxxxxxxxxx } } }\n`,
    kept: `${BEGIN}      - check: { program: client, files: { kept: { equals: hello } }, within: 700ms }\n`,
  });
  expect(statuses(report)).toEqual({ late: 'pass', kept: 'fail' });
  const [finding] = verdictOf(report, 'kept').findings;
  expect(finding?.actual).toBe('kept is empty');
  expect(finding?.evidence.join('\n')).toContain('flush()');
});

test('names and matchers are checked before anything runs', () => {
  const wrong = (files: string) =>
    diagnose(withSteps('start: server', `check: { program: server, files: { ${files} } }`));
  expect(wrong('../x: { contains: a }')).toContain('must be a file below the folder of the program');
  expect(wrong('/etc/x: { contains: a }')).toContain('must be a file below the folder');
  expect(wrong('x: { contains: a, exists: true }')).toContain('stands alone');
  expect(wrong('x: { contians: a }')).toContain('contians');
  expect(wrong('')).toContain('names no file');
  expect(wrong('x: hello')).toContain('must be a matcher');
  expect(
    diagnose(withSteps('start: server', 'connect: a', 'check: { conn: a, files: { x: { contains: a } } }')),
  ).toContain('files are said of a program');
});
