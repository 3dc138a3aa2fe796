import { gradeInline, specOf, verdictOf } from '../../testing/inline.ts';
import { buildCause } from './builds.ts';

const SPEC = specOf('server: {}', {
  one: '    steps:\n      - start: server\n      - check: { port: server, is: listening }\n',
});

async function built(files: Readonly<Record<string, string>>, spec = SPEC) {
  const [finding] = verdictOf(await gradeInline(files, spec), 'one').findings;
  return { cause: finding?.cause, actual: finding?.actual, hint: finding?.hint };
}

const MAIN = 'int main(void) {';
const TARGET = 'server: server.c net.c\n';

describe('what real compilers say is explained', () => {
  test.each([
    ['a missing semicolon', { 'server.c': `${MAIN}\n  int x = 3\n  return x;\n}\n` }, 'a semicolon'],
    ['a missing brace', { 'server.c': `${MAIN} for (;;) { return 0;\n` }, 'brace'],
    ['a missing header', { 'server.c': `#include "net.h"\n${MAIN} }\n` }, 'Hand in the file'],
    [
      'a function that nobody wrote',
      { 'server.c': `int run(int);\n${MAIN} return run(1); }\n` },
      'nowhere written',
    ],
    ['no main', { 'server.c': 'int run(int x) { return x; }\n' }, 'with main()'],
    ['a name misspelt', { 'server.c': `${MAIN} int port = 1; return prt; }\n` }, 'spelling mistake'],
    [
      'an address without its header',
      { 'server.c': `${MAIN} struct sockaddr_in a; return sizeof a; }\n` },
      '<netinet/in.h>',
    ],
    [
      'spaces in a Makefile',
      { 'server.c': `${MAIN} }\n`, Makefile: 'server: server.c\n    gcc\n' },
      'with a tab',
    ],
    [
      'a source not handed in',
      { 'server.c': `${MAIN} }\n`, Makefile: `${TARGET}\tgcc $^\n` },
      'that the Makefile names',
    ],
    [
      'warnings as errors',
      {
        'server.c': `${MAIN} int x; return 0; }\n`,
        Makefile: 'server: server.c\n\tgcc -Wall -Werror -o $@ $<\n',
      },
      '-Werror',
    ],
  ])('%s', async (_, files, hint) => {
    const found = await built(files as unknown as Record<string, string>);
    expect(found).toMatchObject({ cause: 'build_failed', hint: expect.stringContaining(hint) });
    expect(found.actual).toMatch(/error: |undefined reference|\*\*\*/);
  });

  test.each([
    ['int x = 5', 'a semicolon'],
    ['Sockt s = null;', 'import'],
    ['new java.net.ServerSocket(1);', 'IOException'],
    ['int port = a[0];', 'Integer.parseInt()'],
  ])('Java: %s', async (statement, hint) => {
    const text = `class Server {\n  public static void main(String[] a) {\n    ${statement}\n  }\n}\n`;
    const found = await built({ 'Server.java': text });
    expect(found).toMatchObject({ cause: 'build_failed', hint: expect.stringContaining(hint) });
    expect(found.actual).toMatch(/^Server\.java:3: error: /);
  });
});

test.each([
  ['make: *** No targets specified and no makefile found.  Stop.', 'makefile_missing'],
  [
    'Main.java:1: error: class Server is public, should be declared in a file named Server.java',
    'class_in_other_file',
  ],
  ["server.c:9:3: error: implicit declaration of function 'clse' [-Werror]", 'function_not_declared'],
  ["server.c:(.text+0x1f): undefined reference to `sqrt'", 'library_missing'],
  ['error: invalid source release: 99', 'java_version'],
  ['/bin/sh: 1: cmake: not found', 'build_tool_missing'],
])('%s', (actual, id) => {
  expect(buildCause({ actual }).id).toBe(id);
});

test('a build that makes something else than what is started is reported what it made', async () => {
  const makes = (target: string) => ({
    'main.c': `${MAIN} return 0; }\n`,
    Makefile: `all: main.c\n\t${target}\n`,
  });
  const other = await built(makes('gcc -o echosrv main.c'));
  expect(other).toMatchObject({
    cause: 'start_failed',
    hint: expect.stringContaining('--run "./echosrv {port}"'),
  });
  const none = await built(makes('gcc -c main.c'));
  expect(none).toMatchObject({ cause: 'start_failed', hint: expect.stringContaining('makes none') });
});

test('an assignment explains its own first, and what is not known is left to the student', async () => {
  const own = 'known_errors:\n  - { text: [nosuch.h], hint: Ask in week 3. }\n';
  expect(await built({ 'server.c': `#include "nosuch.h"\n${MAIN} }\n` }, SPEC + own)).toMatchObject({
    hint: 'Ask in week 3.',
  });
  expect(await built({ 'server.c': `#error not yet\n${MAIN} }\n` })).toMatchObject({
    hint: 'Build it by hand with the same command, and correct the first error first: later ones may only follow from it.',
  });
});

test.each([
  ['make_separator', 'Makefile:2: *** missing separator.  Stop.'],
  ['make_target_missing', "make: *** No rule to make target 'net.c', needed by 'server'.  Stop."],
  ['main_missing', "Scrt1.o: in function `_start': undefined reference to `main'"],
  ['build_error', 'server.zig:3:1: error: something that nobody knows'],
])('a first error that tells its cause: %s', (cause, actual) => {
  expect(buildCause({ actual }).id).toBe(cause);
});

test.each(['other_name_made', 'nothing_made'])('what a build made tells its cause: %s', (detail) => {
  expect(buildCause({ detail }).id).toBe(detail);
});
