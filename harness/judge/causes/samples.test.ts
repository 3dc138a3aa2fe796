import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { grade } from '../../grading/grade.ts';
import type { Finding } from '../../model/index.ts';
import { type CauseSample, causeSamples } from '../../testing/cause-samples.ts';
import { ROOT } from '../../testing/cli.ts';
import { gradeInline, withSubmission } from '../../testing/inline.ts';
import { sharedKernel } from '../../testing/shared-kernel.ts';
import { BUILDS, MADE } from './builds.ts';
import { CAUSES } from './index.ts';
import { phraseIn } from './phrase.ts';

const SAMPLES = causeSamples();
const only = process.env.CAUSE?.split(',');
const CASES = SAMPLES.filter(({ cause }) => only?.includes(cause) ?? true);

type Graded = { readonly status: string | undefined; readonly finding: Finding | undefined };
/** Many twins are the same program again, graded on the same scenario. */
const graded = new Map<string, Promise<Graded>>();

function findingOf(files: Readonly<Record<string, string>>, sample: CauseSample): Promise<Graded> {
  const key = JSON.stringify([files, sample.spec]);
  const result = graded.get(key) ?? gradeSample(files, sample);
  graded.set(key, result);
  return result;
}

async function gradeSample(files: Readonly<Record<string, string>>, { spec }: CauseSample): Promise<Graded> {
  const report =
    'text' in spec
      ? await gradeInline(files, spec.text)
      : await withSubmission(files, (submission) =>
          grade({
            submission,
            spec: spec.file,
            only: [spec.only],
            seed: 'samples',
            kernel: sharedKernel(),
          }),
        );
  const id = 'text' in spec ? 'own' : spec.only;
  const verdict = report.scenarios.find((one) => one.id === id);
  const [finding] = verdict?.findings ?? [];
  return { status: verdict?.status, finding };
}

const described = ({ finding, status }: Graded) =>
  JSON.stringify([
    status,
    finding?.cause,
    finding?.detail,
    finding?.summary,
    finding?.evidence,
    finding?.hint,
  ]);

const LANGUAGES = ['python', 'c', 'java', 'javascript', 'other'] as const;

/** Causes whose samples are tests of their own, or that this machine can't show to its administrator. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  other_address_v6: 'harness/net',
  polls_available: 'fixtures/echo/java-polls-available',
  waits_for_other_server: 'harness/judge/hint.test.ts',
  other_server_not_there: 'harness/judge/hint.test.ts',
  bad_http: 'fixtures/http/bare-newlines',
  length_in_characters: 'fixtures/http/counts-characters',
  short_send: 'fixtures/media/single-send',
  build_error: 'harness/judge/causes/builds.test.ts',
  memory_limit: 'fixtures/abuse/memory-hog',
  cpu_limit: 'fixtures/abuse/spins',
  processes_limit: 'fixtures/abuse/fork-bomb',
  disk_limit: 'fixtures/abuse/fills-disk',
  output_limit: 'fixtures/abuse/endless-output',
  lifetime_limit: 'harness/run/lifetime.test.ts',
  no_time_limit: 'fixtures/udp-pinger/no-timeout',
  too_many_threads: 'harness/judge/causes/errors/errors.test.ts',
  too_many_processes: 'harness/judge/causes/errors/errors.test.ts',
  module_kind: 'harness/judge/causes/errors/errors.test.ts',
  missing_class: 'harness/judge/causes/errors/errors.test.ts',
  memory_misused: 'harness/judge/causes/errors/errors.test.ts',
  bad_interpreter: 'harness/judge/causes/errors/errors.test.ts',
  not_a_program: 'harness/judge/causes/errors/errors.test.ts',
  make_separator: 'harness/judge/causes/builds.test.ts',
  makefile_missing: 'harness/judge/causes/builds.test.ts',
  make_target_missing: 'harness/judge/causes/builds.test.ts',
  class_in_other_file: 'harness/judge/causes/builds.test.ts',
  function_not_declared: 'harness/judge/causes/builds.test.ts',
  main_missing: 'harness/judge/causes/builds.test.ts',
  library_missing: 'harness/judge/causes/builds.test.ts',
  warning_is_error: 'harness/judge/causes/builds.test.ts',
  java_version: 'harness/judge/causes/builds.test.ts',
  build_tool_missing: 'harness/judge/causes/builds.test.ts',
  other_name_made: 'harness/judge/causes/builds.test.ts',
  nothing_made: 'harness/judge/causes/builds.test.ts',
  low_port: 'harness/judge/causes/as-user.test.ts',
  permission: 'harness/judge/causes/as-user.test.ts',
};
/** Causes that only one of the languages of the samples can show, each with the reason. */
const ONE_LANGUAGE: Readonly<Record<string, string>> = {
  nothing_to_do: 'only Node ends a program that waits for nothing',
  python_literal: "only Python prints bytes as b'…'",
  strlen_of_received: 'only C measures bytes with strlen()',
  sizeof_pointer: 'only C has sizeof',
  no_address_length: 'only C measures addresses',
  printed_until_nul: 'only printf("%s") of C stops at NUL',
  half_open: 'only Node closes by itself when the client is done',
  accept_interrupted: 'Python and Java call again after EINTR',
  interrupted_call: 'Python and Java call again after EINTR',
  heap_damaged: 'only C gives memory back by hand',
  address_is_no_pair: 'only Python takes an address as a pair',
  tuple_from_accept: 'only in Python accept() returns a pair',
  write_after_end: 'an error of streams of Node',
  stream_without_handler: 'an error of streams of Node',
  socket_without_handler: 'an error of streams of Node',
  shadowed_module: 'only Python looks for modules beside the program first',
  indentation: 'only Python cares about indentation',
  python_2: 'only Python 2 has print without brackets',
  wrong_argument: 'compilers find it, and JavaScript ignores it',
  no_such_key: 'maps of Java and JavaScript answer with nothing',
  name_not_declared: 'words of C compilers; those of javac are symbol_unknown',
  symbol_unknown: 'words of javac; those of C compilers are name_not_declared',
  function_missing: 'only C is linked',
  build_file_missing: 'only C includes files',
  type_not_declared: 'only C has types that are declared and not known',
  exception_unreported: 'only Java checks exceptions',
  value_missing: 'C compilers only warn',
  package_missing: 'only Java has packages',
};

describe('the table of causes', () => {
  test('every cause has its own name', () => {
    const names = [...CAUSES, ...BUILDS, ...MADE].map(({ id }) => id);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test('every hint is below 60 words in every language, and begins with what to do', () => {
    const hints = [...CAUSES, ...BUILDS, ...MADE].flatMap(({ id, hint }) =>
      typeof hint === 'function'
        ? []
        : LANGUAGES.map((language) => ({ id, language, text: phraseIn(hint, language) })),
    );
    expect(hints.filter(({ text }) => text.split(/\s+/).length >= 60)).toEqual([]);
    expect(
      hints.filter(({ text }) => !/^[A-Z]/.test(text) || /^(The|It|A|An|There|This) /.test(text)),
    ).toEqual([]);
  });

  test('no hint names calls of another language', () => {
    const foreign = {
      java: /\b(recv|send|fgets|strlen|makefile|sendall)\(\)/,
      javascript: /\b(recv|fgets|strlen|makefile|sendall|readLine)\(\)/,
    };
    const wrong = CAUSES.flatMap(({ id, hint }) => {
      if (typeof hint === 'function' || typeof hint === 'string') return [];
      return Object.entries(foreign).flatMap(([language, calls]) =>
        calls.test(hint[language as keyof typeof foreign] ?? '') ? [`${id} in ${language}`] : [],
      );
    });
    expect(wrong).toEqual([]);
  });

  test('what stands elsewhere is there: a sample, or a test that has its name, its hint, or what tells it', () => {
    const rows = new Map([...CAUSES, ...BUILDS, ...MADE].map((row) => [row.id, row]));
    const missing = Object.entries(ELSEWHERE).filter(([cause, place]) => {
      const file = path.join(ROOT, place);
      if (!existsSync(file)) return true;
      if (!place.endsWith('.test.ts')) return false;
      const row = rows.get(cause);
      const hint = typeof row?.hint === 'string' ? [row.hint.slice(0, 15)] : [];
      const texts = row !== undefined && 'text' in row ? row.text : [];
      const content = readFileSync(file, 'utf8').toLowerCase();
      return ![cause, ...hint, ...texts].some((words) => content.includes(words.toLowerCase()));
    });
    expect(missing).toEqual([]);
  });

  test('every cause has a wrong sample and a fixed twin, in two languages wherever two can show it', () => {
    const languages = new Map<string, Set<string>>();
    for (const { cause, language } of SAMPLES)
      languages.set(cause, (languages.get(cause) ?? new Set()).add(language));
    const all = [...CAUSES, ...BUILDS, ...MADE].map(({ id }) => id);
    const few = all.filter((id) => (languages.get(id)?.size ?? 0) < (id in ONE_LANGUAGE ? 1 : 2));
    expect(few.filter((id) => !(id in ELSEWHERE))).toEqual([]);
    expect(Object.keys(ONE_LANGUAGE).filter((id) => languages.get(id)?.size !== 1)).toEqual([]);
    expect(
      Object.keys(ELSEWHERE).filter((id) => languages.has(id) || ![...all, 'build_error'].includes(id)),
    ).toEqual([]);
  });
});

describe('every wrong sample gets its cause, and doing what the hint says makes it right', () => {
  test.concurrent.each(CASES.map((sample) => [`${sample.cause} in ${sample.language}`, sample] as const))(
    '%s',
    async (_, sample) => {
      const [wrong, twin] = await Promise.all([
        findingOf(sample.wrong, sample),
        findingOf(sample.twin, sample),
      ]);
      // The whole finding stands beside each, for whoever reads why it failed.
      const cause = wrong.finding?.detail;
      expect([wrong.status, cause, described(wrong)]).toEqual(['fail', sample.cause, described(wrong)]);
      expect([twin.status, described(twin)]).toEqual(['pass', described(twin)]);
    },
  );
});
