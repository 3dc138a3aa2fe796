import type { ScenarioSpec } from '../../model/index.ts';
import type { Kit, Platform, Problem } from '../platform.ts';
import { graderCommand, quoted, script, testHead } from '../shell.ts';
import { toolsNeeded } from '../toolchains.ts';

/** Seconds that a submission may take. */
const TIMEOUT = 300;
/** How a handin is called in the folder where it is graded. */
const HANDIN = 'handin.tar';

/** Autolab with Tango, after docs/lab.md: an assessment that is imported as one tar. */
export const autolab: Platform = {
  title: 'Autolab',
  about: 'an assessment to import, with its autograder',
  contract: { reports: [{ name: 'autolab' }], exit: 'written', seconds: TIMEOUT },
  form: 'tar',
  level: 'none',
  bringsNode: true,
  files: (kit) => [
    { path: `${kit.slug}/${kit.slug}.yml`, content: assessment(kit) },
    { path: `${kit.slug}/autograde-Makefile`, content: makefile(kit) },
    {
      path: `${kit.slug}/autograde.tar`,
      content: { tar: [...kit.program, ...kit.node, ...kit.assignment] },
    },
    { path: `${kit.slug}/test-locally.sh`, content: test(), executable: true },
  ],
  check: ({ scenarios }) => namesWithColons(scenarios),
  next: ({ slug, packages }, out) => [
    `Import ${out} with "Install Assessment" → "Import from tarball".`,
    ...toolsNeeded('The image autograding_image', packages),
    `Students hand in one ${HANDIN} with their files (a zip or a tar.gz under that name will do).`,
    `Try it before: tar xf ${quoted(out)} && ${slug}/test-locally.sh SUBMISSION`,
  ],
};

function namesWithColons(scenarios: readonly ScenarioSpec[]): readonly Problem[] {
  return scenarios
    .filter(({ id }) => id.includes(':'))
    .map(({ id }) => ({
      what: `the scenario "${id}" has a colon in its id, which Autolab takes for a key`,
      fix: 'Give it another id.',
    }));
}

function assessment({ spec, scenarios, slug }: Kit): string {
  const text = (value: string) => JSON.stringify(value);
  return script(
    'general:',
    `  name: ${text(slug)}`,
    `  display_name: ${text(spec.title)}`,
    `  description: ${text((spec.description ?? spec.title).trim())}`,
    `  handin_filename: ${HANDIN}`,
    '  handin_directory: handin',
    '  max_grace_days: 0',
    '  max_submissions: -1',
    '  disable_handins: false',
    '  max_size: 10',
    '  category_name: Labs',
    'problems:',
    ...scenarios.flatMap(({ id, title, points }) => [
      `  - name: ${text(id)}`,
      `    description: ${text(title)}`,
      `    max_score: ${points}`,
      '    optional: false',
    ]),
    'autograder:',
    `  autograde_timeout: ${TIMEOUT}`,
    '  autograde_image: autograding_image',
    '  release_score: true',
  );
}

function makefile({ entry }: Kit): string {
  return script(
    '# Autolab copies the handin, autograde.tar and this file to an empty folder, and runs make there.',
    'all:',
    '\t@tar xf autograde.tar',
    `\t@${graderCommand('.').replaceAll('$', '$$$$')} run ${HANDIN} --spec ${quoted(`assignment/${entry}`)} --for autolab 2>grader.log || { cat grader.log; false; }`,
  );
}

function test(): string {
  return script(
    ...testHead('Autolab'),
    'copy_submission "$stage/files"',
    'mkdir "$stage/run"',
    `tar cf "$stage/run/${HANDIN}" -C "$stage/files" .`,
    'cp "$here/autograde.tar" "$stage/run/"',
    'cp "$here/autograde-Makefile" "$stage/run/Makefile"',
    'status=0',
    '(cd "$stage/run" && prlimit --nproc=100: make --no-print-directory) > "$stage/stdout" || status=$?',
    'cat "$stage/stdout"',
    `tail -n 1 "$stage/stdout" | grep -q '^{"scores":' || { echo "the last line is no scores (exit status $status)" >&2; exit 1; }`,
    'exit "$status"',
  );
}
