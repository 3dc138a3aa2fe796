import type { Variant } from '../model.ts';

/** Quick start for small programs: no time is spent on optimising what runs for a second. */
const JAVA = 'java -Xshare:auto -XX:TieredStopAtLevel=1';
const C_FLAGS = '-O1 -g -Wall -pthread';

/**
 * How a program is built and started when the specification does not say: by the files that are
 * there, first those with the program's own name (`server.py` for a program `server`), then any.
 */
export function usualVariants(name: string): readonly Variant[] {
  const className = name.charAt(0).toUpperCase() + name.slice(1);
  return [
    { file: `${name}.py`, run: `python3 ${name}.py \${{ port }}` },
    { file: 'Makefile', build: 'make', run: `./${name} \${{ port }}` },
    { file: `${name}.c`, build: `gcc ${C_FLAGS} -o ${name} ${name}.c`, run: `./${name} \${{ port }}` },
    { file: `${className}.java`, build: `javac ${className}.java`, run: `${JAVA} ${className} \${{ port }}` },
    { file: `${name}.js`, run: `node ${name}.js \${{ port }}` },
    { file: `${name}.mjs`, run: `node ${name}.mjs \${{ port }}` },
    { file: '*.py', run: 'python3 "${{ file }}" ${{ port }}' },
    { file: '*.c', build: `gcc ${C_FLAGS} -o ${name} "\${{ file }}"`, run: `./${name} \${{ port }}` },
    { file: '*.java', build: 'javac "${{ file }}"', run: `${JAVA} "\${{ stem }}" \${{ port }}` },
    { file: '*.js', run: 'node "${{ file }}" ${{ port }}' },
    { file: '*.mjs', run: 'node "${{ file }}" ${{ port }}' },
  ];
}
