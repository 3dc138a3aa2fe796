import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eventually, runCli } from '../testing/cli.ts';
import { Terminal } from '../testing/terminal.ts';

let folder: string;
const file = (name: string) => path.join(folder, name);
const open: Terminal[] = [];
const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const terminal = new Terminal(args, folder, env);
  open.push(terminal);
  return terminal;
};

/** Answers, prints what is no text, and crashes, as it is asked to. */
const SERVER = `import os, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    for line in client.makefile("rb"):
        if line == b"crash\\n": os._exit(3)
        if line == b"bytes\\n": client.sendall(b"\\0\\x1b[2J\\xff")
        else: client.sendall(b"Hello, " + line)
    client.close()
`;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'terminal-'));
  writeFileSync(file('server.py'), SERVER);
  expect((await runCli(['init', '--yes', '--scenario', 'listens'], { cwd: folder })).code).toBe(0);
});
afterAll(() => {
  for (const terminal of open) terminal.end();
  rmSync(folder, { recursive: true, force: true });
});

test('what is recorded can be edited until it passes, and is named, in a terminal', async () => {
  // Each time that it is called it makes another change: first one that is no YAML, then one that does not pass.
  writeFileSync(
    file('editor'),
    `#!/bin/sh
n=$(cat ${file('edits')} 2>/dev/null || echo 0); echo $((n + 1)) > ${file('edits')}
case $n in
0) echo '- [' >> "$1" ;;
1) sed -i '/^- \\[/d; s/Hello, Ada/Goodbye, Ada/' "$1" ;;
*) sed -i 's/Goodbye, Ada/Hello, Ada/; 1a - note: edited' "$1" ;;
esac
`,
  );
  chmodSync(file('editor'), 0o755);
  const args = ['record', 'greeter.grade.yaml', '--solution', 'server.py'];
  const terminal = start(args, { EDITOR: file('editor') });
  await terminal.until('a>');
  terminal.line('Ada');
  await terminal.until('a< Hello, Ada');
  terminal.press('C-d');
  await terminal.until('What now?');
  terminal.press('Down', 'Enter');
  await terminal.until('Goodbye, Ada');
  await terminal.until(/What now\?\n.*● Save it(?![\s\S]*What now)/);
  terminal.press('Enter');
  for (const answer of ['greets', 'It greets']) {
    await terminal.until(answer === 'greets' ? 'Its id?' : 'What do students read?');
    terminal.line(answer);
  }
  await terminal.until('How many points?');
  terminal.line('3');
  await terminal.until('The scenario does not pass with its own solution');
  await terminal.until(/does not pass[\s\S]*What now\?\n.*● Save it/);
  terminal.press('Down', 'Enter');
  await terminal.until(/does not pass[\s\S]*note: edited[\s\S]*● Save it/);
  terminal.press('Enter');
  // The answers of before are the usual ones now.
  await terminal.until(/note: edited[\s\S]*Its id\?/);
  terminal.press('Enter');
  await terminal.until(/note: edited[\s\S]*What do students read\?/);
  terminal.press('Enter');
  await terminal.until(/note: edited[\s\S]*How many points\?/);
  terminal.press('Enter');
  await terminal.until('the solution passes it');
  await terminal.until('status 0');
  expect(readFileSync(file('greeter.grade.yaml'), 'utf8')).toMatch(
    /- id: greets\n {4}title: It greets\n {4}points: 3\n {4}steps:\n {6}- start: server\n {6}- note: edited\n/,
  );
  expect(existsSync(file('greeter.session'))).toBe(false);
});

test('Ctrl-C ends a session that waits, nothing is lost, and it goes on from there', async () => {
  const args = ['record', 'greeter.grade.yaml', '--solution', 'server.py'];
  const terminal = start(args);
  await terminal.until('a>');
  terminal.line('Ada');
  await terminal.until('a< Hello, Ada');
  terminal.line(':wait');
  const draft = () => readFileSync(file('greeter.session'), 'utf8');
  await eventually(() => draft().includes(':wait'), 'the command on disk');
  terminal.press('C-c');
  await terminal.until('What now?');
  terminal.press('C-c');
  await terminal.until('go on with --continue greeter.session');
  await terminal.until('status 1');
  expect(draft()).toBe('Ada\n:wait\n');
  writeFileSync(file('greeter.session'), 'Ada\n');
  const next = start([...args, '--continue', 'greeter.session']);
  await next.until(/a> Ada\n.*a< Hello, Ada[\s\S]*a>$/);
  next.line('Bob');
  await next.until('a< Hello, Bob');
  next.press('C-d');
  await next.until('send: { line: Bob }');
  next.press('C-c');
  await next.until('status 1');
});

test('a conversation survives a crash, bytes that are no text and a window of another size', async () => {
  const terminal = start(['talk', 'server.py']);
  await terminal.until('waits in recv on connection');
  terminal.line('bytes');
  // What would clear the screen is shown, and does nothing.
  await terminal.until('a< \\0\\x1b[2J\\xff (6 bytes)');
  expect(terminal.screen()).toContain('What you type is sent');
  terminal.resize(50, 20);
  terminal.line('Ada');
  await terminal.until('a< Hello, Ada');
  terminal.resize(120, 40);
  terminal.line('crash');
  await terminal.until('server exited with status 3');
  await terminal.until('a: the program closed the connection');
  terminal.line(':restart');
  terminal.line(':open b');
  await terminal.until('b>');
  terminal.line('Bob');
  await terminal.until('b< Hello, Bob');
  terminal.press('C-d');
  await terminal.until('status 0');
});
