import { usualVariants } from '../spec/usual-variants.ts';
import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

const SPEC = specOf('server: {}', {
  listens: 'steps: [{ start: server }, { check: { port: server, is: listening } }]'.replace(/^/, '    '),
});
const verdict = async (files: Readonly<Record<string, string>>) =>
  verdictOf(await gradeInline(files, SPEC), 'listens');

const PYTHON = 'import socket, sys\nsocket.create_server(("127.0.0.1", int(sys.argv[1]))).accept()\n';
const JAVA =
  'public class Server { public static void main(String[] a) throws Exception { new java.net.ServerSocket(Integer.parseInt(a[0])).accept(); } }\n';
const C = `#include <sys/socket.h>
#include <netinet/in.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  struct sockaddr_in a = {};
  a.sin_family = AF_INET;
  a.sin_port = htons(atoi(argv[1]));
  int s = socket(AF_INET, SOCK_STREAM, 0);
  bind(s, (struct sockaddr *)&a, sizeof a);
  listen(s, 1);
  accept(s, 0, 0);
}
`;
const PERL =
  'use IO::Socket::INET;\nIO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Listen => 1)->accept;\n';

describe('a program is found where students put it', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['at the top', { 'server.py': PYTHON }],
    ['in the folder that was zipped', { 'lab3/server.py': PYTHON }],
    [
      'in a folder in a folder, beside what a Mac adds',
      { 'a/b/server.py': PYTHON, '__MACOSX/x': '', 'a/.DS_Store': '' },
    ],
    ['in src', { 'src/server.py': PYTHON, 'README.md': 'hi' }],
    ['in src of the folder that was zipped', { 'lab/src/server.c': C, 'lab/README': '' }],
    ['in a Java package', { 'Server.java': `package edu.lab;\n${JAVA}` }],
    [
      'in a Java package below a comment, with another name',
      { 'src/Main.java': `/* package no; */\n package a.b_c ;\n${JAVA.replace('Server', 'Main')}` },
    ],
    ['in C++', { 'server.cpp': C }],
    ['in C++ with an ending and a name of its own', { 'my server.cc': C }],
    ['in Perl', { 'server.pl': PERL }],
    [
      'with CMake',
      {
        'CMakeLists.txt':
          'cmake_minimum_required(VERSION 3.10)\nproject(lab C)\nadd_executable(server main.c)\n',
        'main.c': C,
      },
    ],
  ])('%s', async (_, files) => {
    const { status, findings } = await verdict(files);
    expect([status, findings]).toEqual(['pass', []]);
  });
});

test('what is at the top comes before what is below', async () => {
  const { status } = await verdict({
    'server.py': PYTHON,
    'src/server.py': 'raise SystemExit(1)\n',
    'src/server.c': C,
  });
  expect(status).toBe('pass');
});

test('a folder that is a link is not looked into', async () => {
  const answer = gradeInline({ 'lab/readme.txt': '' }, SPEC);
  await expect(answer).rejects.toThrow(/no file of the program "server"/);
});

/** By file: the command that is missed first where a machine has none, and the package that brings it. */
const TOOLS: Readonly<Record<string, readonly [command: string, debian: string]>> = {
  'server.py': ['python3', 'python3'],
  Makefile: ['make', 'make gcc g++ libc6-dev'],
  'server.c': ['gcc', 'gcc libc6-dev'],
  'Server.java': ['javac', 'default-jdk-headless'],
  'server.js': ['node', 'nodejs'],
  'CMakeLists.txt': ['cmake', 'cmake make gcc g++ libc6-dev'],
  'Cargo.toml': ['cargo', 'cargo'],
  'go.mod': ['go', 'golang-go'],
  'pom.xml': ['mvn', 'maven default-jdk-headless'],
  'build.gradle': ['gradle', 'gradle default-jdk-headless'],
  'build.gradle.kts': ['gradle', 'gradle default-jdk-headless'],
  'package.json': ['node', 'nodejs'],
  'server.cpp': ['g\\+\\+', 'g++ libc6-dev'],
  'server.go': ['go', 'golang-go'],
  'server.rs': ['rustc', 'rustc gcc libc6-dev'],
  'server.rb': ['ruby', 'ruby'],
  'server.php': ['php', 'php-cli'],
  'server.pl': ['perl', 'perl'],
  'server.ts': ['tsc', 'node-typescript nodejs'],
  'server.kt': ['kotlinc', 'kotlin default-jdk-headless'],
  'Server.cs': ['mcs', 'mono-mcs'],
};

test('every language that is recognised by the name of a file is in the table of tools', () => {
  const names = usualVariants('server').flatMap(({ file = '*' }) => (file.startsWith('*') ? [] : [file]));
  const known = Object.keys(TOOLS).map((file) => file.split('.').at(-1));
  expect(names.map((file) => file.split('.').at(-1)).filter((ending) => !known.includes(ending))).toEqual([
    'mjs',
    'cc',
    'cxx',
  ]);
});

test.each(Object.entries(TOOLS))(
  '%s without its tool: this machine’s lack, no failure, and what brings it',
  async (file, [command, debian]) => {
    const report = await gradeInline({ [file]: '' }, SPEC, { searchPath: '/nowhere' });
    const { status, findings } = verdictOf(report, 'listens');
    expect(status).toBe('inconclusive');
    expect(findings[0]?.summary).toMatch(new RegExp(`: ${command} is not installed here\\.$`));
    expect(findings[0]?.hint).toBe(`On Debian and Ubuntu: apt-get install ${debian}`);
  },
);

test.each([
  ['server.hs', /For Haskell, hand in a Makefile that makes "server".*--build "ghc -o server server.hs"/],
  ['server.swift', /swiftc -o server server.swift/],
  ['server.lua', /For Lua, say how to start it: --run "lua server\.lua \{port\}"/],
  ['Server.R', /--run "Rscript Server\.R \{port\}"/],
  ['Server.class', /Hand in the sources/],
  ['notes.txt', /Name the file so, or say how to start it/],
])('%s: what would start it is said', async (file, message) => {
  await expect(gradeInline({ [file]: '' }, SPEC)).rejects.toThrow(message);
});
