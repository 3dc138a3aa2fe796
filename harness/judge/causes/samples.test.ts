import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { grade } from '../../grading/grade.ts';
import type { Finding } from '../../model/index.ts';
import { type CauseSample, causeSamples } from '../../testing/cause-samples.ts';
import { ROOT } from '../../testing/cli.ts';
import { gradeInline, withSubmission } from '../../testing/inline.ts';
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
          grade({ submission, spec: spec.file, only: [spec.only], seed: 'samples' }),
        );
  const id = 'text' in spec ? 'own' : spec.only;
  const verdict = report.scenarios.find((one) => one.id === id);
  const [finding] = verdict?.findings ?? [];
  return { status: verdict?.status, finding };
}

const told = ({ finding, status }: Graded) =>
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
  child_holds_port: 'fixtures/echo/keeps-port-in-child',
  other_address_v6: 'harness/net',
  polls_available: 'fixtures/echo/java-polls-available',
  defer_accept: 'harness/judge/hint.test.ts',
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
  tcp_for_udp: 'harness/judge/causes/udp-samples.test.ts',
  udp_not_bound: 'harness/judge/causes/udp-samples.test.ts',
  no_udp_socket: 'harness/judge/causes/udp-samples.test.ts',
  reply_from_other_port: 'harness/judge/causes/udp-samples.test.ts',
  udp_socket_closed: 'harness/judge/causes/udp-samples.test.ts',
  connected_udp_socket: 'harness/judge/causes/udp-samples.test.ts',
  one_datagram_only: 'harness/judge/causes/udp-samples.test.ts',
  reply_to_nobody: 'harness/judge/causes/udp-samples.test.ts',
  datagram_cut: 'harness/judge/causes/udp-samples.test.ts',
  ends_after_datagrams: 'fixtures/udp-echo/one-datagram',
  no_time_limit: 'fixtures/udp-pinger/no-timeout',
  port_told_too_early: 'harness/e2e',
  too_many_threads: 'harness/judge/causes/errors/errors.test.ts',
  too_many_processes: 'harness/judge/causes/errors/errors.test.ts',
  module_kind: 'harness/judge/causes/errors/errors.test.ts',
  missing_class: 'harness/judge/causes/errors/errors.test.ts',
  out_of_memory: 'harness/judge/causes/errors/errors.test.ts',
  memory_misused: 'harness/judge/causes/errors/errors.test.ts',
  heap_damaged: 'harness/judge/causes/errors/errors.test.ts',
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
/** Causes that only one of the languages of the samples knows, or shows. */
const IN_ONE: readonly string[] = SAMPLES.map(({ cause }) => cause).filter(
  (cause, _, all) => all.filter((one) => one === cause).length === 1,
);

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

  test('every cause has a wrong sample and a fixed twin', () => {
    const known = new Set([...SAMPLES.map(({ cause }) => cause), ...Object.keys(ELSEWHERE)]);
    const without = [...CAUSES, ...BUILDS, ...MADE].map(({ id }) => id).filter((id) => !known.has(id));
    expect(without).toEqual([]);
    expect(SAMPLES.length - IN_ONE.length).toBeGreaterThan(100);
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
      expect([wrong.status, cause, told(wrong)]).toEqual(['fail', sample.cause, told(wrong)]);
      expect([twin.status, told(twin)]).toEqual(['pass', told(twin)]);
    },
  );
});
