import { defined } from '../base/defined.ts';
import type { Variant } from '../model/index.ts';

/** Quick start for small programs: no time is spent on optimising what runs for a second. */
const JAVA = 'java -Xshare:auto -XX:TieredStopAtLevel=1';
/** Takes half the processor time of a plain javac(1) for a program of a few files. */
const JAVAC = 'javac -J-XX:TieredStopAtLevel=1';
const C_FLAGS = '-O1 -g -Wall -pthread';

/** Whether a program is called a client: `client`, `chat-client`. */
export function isCalledClient(program: string): boolean {
  return /(^|[-_])client$/.test(program);
}

/**
 * How a program is built and started when the specification does not say: by the files that are
 * there, first those with the program's own name (`server.py` for a program `server`), then any. What is added stands
 * behind what was there, so that no submission is built in another way than before.
 * A server gets the port as its only argument; a client gets the host and the port.
 */
export function usualVariants(name: string, isClient = isCalledClient(name)): readonly Variant[] {
  const className = name.charAt(0).toUpperCase() + name.slice(1);
  const args = isClient ? `\${{ host }} \${{ port }}` : `\${{ port }}`;
  return [
    { file: `${name}.py`, run: `python3 ${name}.py ${args}` },
    { file: 'Makefile', build: 'make', run: `./${name} ${args}` },
    { file: `${name}.c`, build: `gcc ${C_FLAGS} -o ${name} ${name}.c`, run: `./${name} ${args}` },
    {
      file: `${className}.java`,
      build: `${JAVAC} -d . ${className}.java`,
      run: `${JAVA} \${{ class }} ${args}`,
    },
    { file: `${name}.js`, run: `node ${name}.js ${args}` },
    { file: `${name}.mjs`, run: `node ${name}.mjs ${args}` },
    { file: '*.py', run: `python3 "\${{ file }}" ${args}` },
    { file: '*.c', build: `gcc ${C_FLAGS} -o ${name} "\${{ file }}"`, run: `./${name} ${args}` },
    { file: '*.java', build: `${JAVAC} -d . "\${{ file }}"`, run: `${JAVA} "\${{ class }}" ${args}` },
    { file: '*.js', run: `node "\${{ file }}" ${args}` },
    { file: '*.mjs', run: `node "\${{ file }}" ${args}` },
    ...otherLanguages(name, args),
  ];
}

/** Projects with a build tool first, then single files, by the program's name and by their ending alone. */
function otherLanguages(name: string, args: string): readonly Variant[] {
  const className = name.charAt(0).toUpperCase() + name.slice(1);
  const either = (ending: string, way: (file: string) => Omit<Variant, 'file'>, own = name): Variant[] => [
    { file: `${own}${ending}`, ...way(`${own}${ending}`) },
    { file: `*${ending}`, ...way('"${{ file }}"') },
  ];
  const cpp = (file: string) => ({ build: `g++ ${C_FLAGS} -o ${name} ${file}`, run: `./${name} ${args}` });
  return [
    { file: 'CMakeLists.txt', build: 'cmake . && make', run: `./${name} ${args}`, shell: true },
    {
      file: 'Cargo.toml',
      build: 'cargo build --offline --release',
      run: `cargo run --offline --release --quiet -- ${args}`,
    },
    { file: 'go.mod', build: `go build -o ${name} .`, run: `./${name} ${args}` },
    {
      file: 'pom.xml',
      build: 'mvn -o -q package',
      run: `exec ${JAVA} -jar target/*.jar ${args}`,
      shell: true,
    },
    ...['build.gradle', 'build.gradle.kts'].map((file) => ({
      file,
      build: 'gradle --offline --quiet jar',
      run: `exec ${JAVA} -jar build/libs/*.jar ${args}`,
      shell: true,
    })),
    { file: 'package.json', run: `node . ${args}` },
    ...['.cpp', '.cc', '.cxx'].flatMap((ending) => either(ending, cpp)),
    ...either('.go', (file) => ({ build: `go build -o ${name} ${file}`, run: `./${name} ${args}` })),
    ...either('.rs', (file) => ({ build: `rustc -O -o ${name} ${file}`, run: `./${name} ${args}` })),
    ...either('.rb', (file) => ({ run: `ruby ${file} ${args}` })),
    ...either('.php', (file) => ({ run: `php ${file} ${args}` })),
    ...either('.pl', (file) => ({ run: `perl ${file} ${args}` })),
    ...either('.ts', (file) => ({
      build: `tsc --target es2022 --module commonjs ${file}`,
      run: `node "\${{ stem }}.js" ${args}`,
    })),
    ...either('.kt', (file) => ({
      build: `kotlinc ${file} -include-runtime -d ${name}.jar`,
      run: `${JAVA} -jar ${name}.jar ${args}`,
    })),
    ...either(
      '.cs',
      (file) => ({ build: `mcs -out:${name}.exe ${file}`, run: `mono ${name}.exe ${args}` }),
      className,
    ),
  ];
}

/** How many of them are of the languages that most courses are taught in; before version 0.2.0 there were no others. */
export const COMMON_VARIANTS = 11;

/** Whether variants are the usual ones of this version, or of a former one: a recording of it can still be judged again. */
export function areUsual(name: string, variants: readonly Variant[]): boolean {
  // Clients were known by their names only.
  return [true, false].some((isClient) => areUsualOf(usualVariants(name, isClient), variants));
}

function areUsualOf(now: readonly Variant[], variants: readonly Variant[]): boolean {
  const plain = now.map(withPlainCompiler);
  const known = [now, plain, plain.slice(0, COMMON_VARIANTS).map(withoutPackages)];
  const text = JSON.stringify(variants);
  return known.some((usual) => JSON.stringify(usual) === text);
}

/** As it was when javac(1) was called without an option of its own. */
function withPlainCompiler(variant: Variant): Variant {
  return variant.build === undefined ? variant : { ...variant, build: variant.build.replace(JAVAC, 'javac') };
}

/** As it was before Java packages were known, when there were the languages of most courses alone. */
function withoutPackages(variant: Variant): Variant {
  if (!variant.file?.endsWith('.java')) return variant;
  const own = variant.file === '*.java' ? '"${{ stem }}"' : variant.file.replace('.java', '');
  return {
    ...variant,
    ...defined({ build: variant.build?.replace(' -d .', '') }),
    run: variant.run.replace(/"?\$\{\{ class \}\}"?/, () => own),
  };
}
