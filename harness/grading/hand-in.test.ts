import { findCommand } from '../process/command.ts';
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

test.each([
  [
    'server.go',
    'package main\nfunc main() {}\n',
    'go',
    /go is not installed here/,
    /apt-get install golang-go/,
  ],
  ['server.kt', 'fun main() {}\n', 'kotlinc', /kotlinc is not installed here/, /apt-get install kotlin/],
  [
    'Server.cs',
    'class Server { static void Main() {} }\n',
    'mcs',
    /mcs is not installed here/,
    /apt-get install mono-mcs/,
  ],
])(
  '%s without its compiler: this machine’s lack, and what brings it',
  async (file, text, command, why, hint) => {
    const here = findCommand(command, { cwd: '/', searchPath: '/usr/local/bin:/usr/bin:/bin' }) !== undefined;
    if (here) return void process.stderr.write(`not tried: ${command} is installed\n`);
    const { status, findings } = await verdict({ [file]: text });
    expect(status).toBe('inconclusive');
    expect(findings[0]?.summary).toMatch(why);
    expect(findings[0]?.hint).toMatch(hint);
  },
);

test.each([
  ['server.hs', /For Haskell, hand in a Makefile that makes "server".*--build "ghc -o server server.hs"/],
  ['server.swift', /swiftc -o server server.swift/],
  ['notes.txt', /Name the file so, or say how to start it/],
])('%s: what would start it is said', async (file, message) => {
  await expect(gradeInline({ [file]: '' }, SPEC)).rejects.toThrow(message);
});
