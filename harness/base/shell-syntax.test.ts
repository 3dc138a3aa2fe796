import { shellSyntax } from './shell-syntax.ts';

test.each([
  ['cd src && python3 server.py {port}', 'cd'],
  ['make && ./server {port}', '&&'],
  ['python3 server.py {port} > log.txt', '>'],
  ['python3 server.py {port} 2>&1', '2>&1'],
  ['./server {port} &', '&'],
  ['./server {port}; true', '{port};'],
  ['PORT={port} ./server', 'PORT={port}'],
  ['./server $PORT', '$PORT'],
  ['./server "$(cat port)"', '$(cat'],
  ['~/bin/server {port}', '~/bin/server'],
])('%s needs a shell', (command, syntax) => {
  expect(shellSyntax(command)).toBe(syntax);
});

test.each([
  'python3 server.py {port}',
  `sh -c 'cd src && exec ./server {port}'`,
  `sh -c "cd src && exec ./server {port}"`,
  `awk '{ print $1 }' input`,
  './server ${{ port }}',
  'java -cp lib/* Server {port}',
  './server --address=127.0.0.1 --greeting "a > b"',
])('%s can be started as it is', (command) => {
  expect(shellSyntax(command)).toBeUndefined();
});
