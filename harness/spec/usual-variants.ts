import type { Variant } from '../model/index.ts';

/** Quick start for small programs: no time is spent on optimising what runs for a second. */
const JAVA = 'java -Xshare:auto -XX:TieredStopAtLevel=1';
const C_FLAGS = '-O1 -g -Wall -pthread';

/** Whether a program is a client, by its name: `client`, `chat-client`. */
export function isClient(program: string): boolean {
  return /(^|[-_])client$/.test(program);
}

/**
 * How a program is built and started when the specification does not say: by the files that are
 * there, first those with the program's own name (`server.py` for a program `server`), then any.
 * A server gets the port as its only argument; a client (see `isClient`) gets the host and the port.
 */
export function usualVariants(name: string): readonly Variant[] {
  const className = name.charAt(0).toUpperCase() + name.slice(1);
  const args = isClient(name) ? `\${{ host }} \${{ port }}` : `\${{ port }}`;
  return [
    { file: `${name}.py`, run: `python3 ${name}.py ${args}` },
    { file: 'Makefile', build: 'make', run: `./${name} ${args}` },
    { file: `${name}.c`, build: `gcc ${C_FLAGS} -o ${name} ${name}.c`, run: `./${name} ${args}` },
    { file: `${className}.java`, build: `javac ${className}.java`, run: `${JAVA} ${className} ${args}` },
    { file: `${name}.js`, run: `node ${name}.js ${args}` },
    { file: `${name}.mjs`, run: `node ${name}.mjs ${args}` },
    { file: '*.py', run: `python3 "\${{ file }}" ${args}` },
    { file: '*.c', build: `gcc ${C_FLAGS} -o ${name} "\${{ file }}"`, run: `./${name} ${args}` },
    { file: '*.java', build: 'javac "${{ file }}"', run: `${JAVA} "\${{ stem }}" ${args}` },
    { file: '*.js', run: `node "\${{ file }}" ${args}` },
    { file: '*.mjs', run: `node "\${{ file }}" ${args}` },
  ];
}
