import type { Spec } from '../model/index.ts';

/** By the first word of a command: the Debian packages that it needs. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  python3: ['python3'],
  gcc: ['gcc', 'libc6-dev'],
  cc: ['gcc', 'libc6-dev'],
  'g++': ['g++', 'libc6-dev'],
  make: ['make', 'gcc', 'g++', 'libc6-dev'],
  cmake: ['cmake', 'make', 'gcc', 'g++', 'libc6-dev'],
  javac: ['default-jdk-headless'],
  java: ['default-jdk-headless'],
  mvn: ['maven', 'default-jdk-headless'],
  gradle: ['gradle', 'default-jdk-headless'],
  node: ['nodejs'],
  npm: ['npm', 'nodejs'],
  go: ['golang-go'],
  cargo: ['cargo'],
  rustc: ['rustc', 'gcc', 'libc6-dev'],
  ruby: ['ruby'],
  php: ['php-cli'],
  perl: ['perl'],
  kotlinc: ['kotlin', 'default-jdk-headless'],
  mcs: ['mono-mcs'],
  mono: ['mono-runtime'],
  socat: ['socat'],
  stdbuf: ['coreutils'],
  sh: [],
};

/** The Debian packages that a specification's programs need, and the commands that no package is known for. */
export function toolchainsOf(
  { programs }: Spec,
  languages: readonly string[] | undefined,
): { readonly packages: readonly string[]; readonly unknown: readonly string[] } {
  const commands = Object.values(programs).flatMap(({ variants }) =>
    variants.flatMap(({ build, run }) =>
      [build, run].flatMap((text) => (text === undefined ? [] : firstWord(text))),
    ),
  );
  const wanted = languages ?? [...new Set(commands)].filter((word) => !word.startsWith('./'));
  return {
    packages: [...new Set(wanted.flatMap((word) => PACKAGES[word] ?? []))].sort(),
    unknown: wanted.filter((word) => PACKAGES[word] === undefined),
  };
}

/** The names that `--toolchains` takes. */
export const TOOLCHAINS: readonly string[] = Object.keys(PACKAGES);

function firstWord(command: string): string[] {
  const [word = ''] = command.trim().split(/\s+/);
  return word === '' || word.includes('$') ? [] : [word];
}
