import { areUsual, COMMON_VARIANTS, usualVariants } from './usual-variants.ts';

/** What recordings of former versions hold of a program that is started in the usual way. */
const BUILD = 'javac -d . Server.java';
const RUN = 'java -Xshare:auto -XX:TieredStopAtLevel=1';

const java = (variants: ReturnType<typeof usualVariants>, build: string, run: string) =>
  variants.map((variant) => {
    if (variant.file === 'Server.java') return { ...variant, build, run };
    if (variant.file !== '*.java') return variant;
    const any = (text: string) => text.replace('Server.java', '"${{ file }}"');
    return {
      ...variant,
      build: any(build),
      run: run.replace('${{ class }}', '"${{ class }}"').replace(' Server ', ' "${{ stem }}" '),
    };
  });

test.each([
  ['this version', usualVariants('server')],
  [
    'one that compiled Java slowly',
    java(usualVariants('server'), BUILD, `${RUN} \${{ class }} \${{ port }}`),
  ],
  [
    'one without Java packages',
    java(
      usualVariants('server').slice(0, COMMON_VARIANTS),
      'javac Server.java',
      `${RUN} Server \${{ port }}`,
    ),
  ],
])('the usual way to start a program of %s is known as such', (_, variants) => {
  expect(areUsual('server', variants)).toBe(true);
});

test('another way is not', () => {
  const [python, ...others] = usualVariants('server');
  expect(areUsual('server', [{ ...python, run: 'python3 -u server.py ${{ port }}' }, ...others])).toBe(false);
});
