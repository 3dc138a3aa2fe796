/** By the first word of a command: the Debian packages that bring it. */
export const DEBIAN_PACKAGES: Readonly<Record<string, readonly string[]>> = {
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
  tsc: ['node-typescript', 'nodejs'],
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

/** What brings a command that is not here, as a sentence; undefined where no package is known. */
export function installing(command: string): string | undefined {
  const packages = Object.hasOwn(DEBIAN_PACKAGES, command) ? DEBIAN_PACKAGES[command] : undefined;
  return packages === undefined || packages.length === 0
    ? undefined
    : `On Debian and Ubuntu: apt-get install ${packages.join(' ')}`;
}
