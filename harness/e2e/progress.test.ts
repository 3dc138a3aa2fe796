import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { atAKeyboard, ROOT, runCli } from '../testing/cli.ts';
import { specOf } from '../testing/inline.ts';

const MAIN = path.join(ROOT, 'dist/cli/main.js');
const SERVER = `import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen(5)
while True:
    c, a = s.accept()
    c.close()
`;
/** Long enough to be drawn several times. */
const WATCHED = `    steps:
      - start: server
      - check: { program: server, is: running, for: 700ms }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'progress-test-'));
  writeFileSync(path.join(folder, 'server.py'), SERVER);
  writeFileSync(
    path.join(folder, 'a.grade.yaml'),
    specOf('server: {}', {
      'first-one': WATCHED,
      'second-one': WATCHED,
      'secret-one': `    visibility: hidden\n${WATCHED}`,
    }),
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const args = (...more: readonly string[]) => [
  'run',
  'server.py',
  '--spec',
  'a.grade.yaml',
  '--out',
  'out',
  ...more,
];

describe('where nobody watches', () => {
  test('a line for each scenario on standard error', async () => {
    const { code, stderr } = await runCli(args(), { cwd: folder });
    expect(code).toBe(0);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, 8))).toEqual(['1/3 pass', '2/3 pass', '3/3 pass']);
    expect(lines.map((line) => line.split(' ')[2]).sort()).toEqual(['first-one', 'second-one', 'secret-one']);
  });

  test('students learn nothing of hidden scenarios, not even how many there are', async () => {
    const { stdout, stderr } = await runCli(args('--audience', 'student'), { cwd: folder });
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^2\/2 pass /);
    expect(stdout + stderr).not.toContain('secret');
  });

  test('--quiet is quiet', async () => {
    expect(await runCli(args('--quiet'), { cwd: folder })).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

/** What a terminal of some width is sent on standard error. */
function onTerminal(
  columns: number,
  more: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  return inTerminal(`stty cols ${columns}; exec ${grader(...more)}`, env);
}

/** What a terminal is sent that becomes narrower once the names of the scenarios stand there. */
function whileNarrowed(columns: number, narrow: number): Promise<string> {
  return inTerminal(
    `stty cols ${columns}; ${grader()} & until grep -q '[f]irst-one, second-one' seen; do kill -0 $! || exit 1; done; stty cols ${narrow}; printf '<narrow>'; wait $!`,
  );
}

const grader = (...more: readonly string[]) =>
  `${process.execPath} ${MAIN} ${args(...more).join(' ')} > stdout.txt`;

function inTerminal(command: string, env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, env: { ...atAKeyboard(), TERM: 'xterm', ...env } };
    execFile('script', ['-qefc', command, 'seen'], options, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
}

/** The states of the line, one after another. */
const drawings = (sent: string) => sent.split('\r').map((line) => stripVTControlCharacters(line));

const terminal = existsSync('/usr/bin/script') ? test : test.skip;
if (terminal === test.skip) process.stderr.write('skipped: no script(1) here, which makes terminals\n');

describe('on a terminal', () => {
  terminal('one line is drawn over and over, and is gone in the end', async () => {
    const sent = await onTerminal(80, []);
    const states = drawings(sent);
    expect(states.some((state) => /^\d\.\d s {2}0\/3 .*first-one, second-one/.test(state))).toBe(true);
    expect(sent).not.toContain('\n');
    expect(sent.endsWith('\r\u001b[J')).toBe(true);
  });

  terminal.each([20, 40, 80])('at %i columns it never wraps', async (columns) => {
    const states = drawings(await onTerminal(columns, []));
    expect(states.length).toBeGreaterThan(4);
    expect(Math.max(...states.map((state) => state.length))).toBeLessThan(columns);
  });

  terminal(
    'a terminal that becomes narrower is cleared of the longer line, and the next ones fit',
    async () => {
      const sent = await whileNarrowed(80, 30);
      const [before = '', after = ''] = sent.split('<narrow>');
      expect(drawings(before).some((state) => state.length >= 30)).toBe(true);
      expect(after).toContain('\u001b[1A\r\u001b[J');
      const states = drawings(after.slice(after.indexOf('\u001b[1A')));
      expect(states.length).toBeGreaterThan(2);
      expect(Math.max(...states.map((state) => state.length))).toBeLessThan(30);
    },
  );

  terminal('hidden scenarios are not among what runs', async () => {
    const sent = await onTerminal(120, ['--audience', 'student']);
    expect(sent).toContain('/2');
    expect(sent).not.toContain('secret');
  });

  terminal('no colours with NO_COLOR, plain lines on a dumb terminal, nothing with --quiet', async () => {
    expect(await onTerminal(80, [], { NO_COLOR: '1' })).not.toContain('\u001b[32m');
    const dumb = await onTerminal(80, [], { TERM: 'dumb' });
    expect(dumb).not.toContain('\u001b');
    expect(dumb.trimEnd().split('\n')).toHaveLength(3);
    expect(await onTerminal(80, ['--quiet'])).toBe('');
  });
});
