import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { OBSERVATIONS } from '../model/observations/index.ts';
import { FORMATS } from '../report/formats/index.ts';
import { STEPS } from '../steps/index.ts';
import { sourceFiles } from '../testing/import-graph.ts';

/**
 * What is one module and one line of a registry is not named elsewhere: whoever adds one would forget that place. The
 * rooms that are left out use the thing itself: steps write and judge steps, platforms choose formats, and so on.
 */
const HARNESS = fileURLToPath(new URL('..', import.meta.url));

const files = sourceFiles(HARNESS).filter((file) => !/\.test\.ts$|(^|\/)testing\//.test(file));
const any = (words: Iterable<string>) => [...words].join('|');

const NAMED: readonly {
  readonly thing: string;
  readonly pattern: RegExp;
  /** Where it may be named. */
  readonly home: RegExp;
}[] = [
  {
    thing: 'a verb',
    pattern: new RegExp(`\\bverb (===|!==) '(${any(STEPS.keys())})'`, 'g'),
    home: /^(steps|authoring)\//,
  },
  { thing: 'a matcher', pattern: /\bmatcher\w*\.kind (===|!==) '\w+'/gi, home: /^match\/matchers\// },
  {
    thing: 'a report format',
    pattern: new RegExp(`\\b(name|format) (===|!==) '(${any(Object.keys(FORMATS))})'`, 'g'),
    // What is printed for the person at the keyboard, what a recording lies beside, and the formats of validate.
    home: /^(report\/formats|platform)\/|^cli\/(report-files|recording-place|validate)\.ts$/,
  },
  {
    thing: 'an observation',
    pattern: new RegExp(
      `(\\b(observation|seen)\\.what (===|!==) |observed\\()'(${any(Object.keys(OBSERVATIONS))})'`,
      'g',
    ),
    // It is read, recorded, judged, and compared with what strace saw; the timeline learns from one who listens where.
    home: /^(model\/observations|run|steps|judge|witness)\/|^report\/timeline\/partner\.ts$/,
  },
];

test.each(NAMED)('$thing is named nowhere but where it belongs', ({ pattern, home }) => {
  const found = files
    .filter((file) => !home.test(file))
    .flatMap((file) =>
      [...readFileSync(path.join(HARNESS, file), 'utf8').matchAll(pattern)].map(
        ([text]) => `${file}: ${text}`,
      ),
    );
  expect(found).toEqual([]);
});

test('the patterns find what they are for', () => {
  const home = readFileSync(path.join(HARNESS, 'steps/state/command.ts'), 'utf8');
  const partner = readFileSync(path.join(HARNESS, 'report/timeline/partner.ts'), 'utf8');
  const files = readFileSync(path.join(HARNESS, 'cli/report-files.ts'), 'utf8');
  const [verb, , format, observation] = NAMED.map(({ pattern }) => new RegExp(pattern.source));
  expect([home, files, partner].map((text, at) => [verb, format, observation][at]?.test(text))).toEqual([
    true,
    true,
    true,
  ]);
});
