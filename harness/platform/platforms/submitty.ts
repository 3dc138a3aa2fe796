import type { ScenarioSpec } from '../../model/index.ts';
import { IMAGE, IN_IMAGE, imageFiles } from '../image.ts';
import type { Kit, Platform, Problem } from '../platform.ts';
import { asOrdinaryUser, quoted, script, testHead, WITH_PLACES } from '../shell.ts';

/** The file that the validator of each testcase reads. */
const RESULT = 'socket-grader.json';
const PAGE = 'report.html';

/** Submitty, after its pages on autograding in containers: a configuration folder, and the image that it names. */
export const submitty: Platform = {
  title: 'Submitty',
  about: 'a configuration folder, and the image that it names',
  contract: {
    reports: [
      { name: 'json', file: RESULT, audience: 'student' },
      { name: 'html', file: PAGE, audience: 'student' },
    ],
    exit: 'written',
  },
  form: 'folder',
  // Containers of gradeables run as a user of their own there, without any right.
  level: 'none',
  unproved:
    'Which system calls Submitty refuses in a container, and what it shows for a testcase whose validator says "failure" (inconclusive here), is not tested.',
  files: (kit) => [
    { path: 'config/config.json', content: `${JSON.stringify(config(kit), undefined, 2)}\n` },
    { path: 'config/custom_validation_code/grader.py', content: VALIDATOR },
    ...imageFiles(kit, { folder: 'image/', assignment: 'everybody' }),
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  check: ({ scenarios }) => fractions(scenarios),
  next: (_, out) => [
    `Build the image and push it to Docker Hub: docker build -t ${IMAGE} ${quoted(`${out}/image`)}`,
    'Have an administrator add it under "Docker UI", and set its name in config.json.',
    `Upload ${out}/config as the gradeable's autograding configuration.`,
  ],
};

function fractions(scenarios: readonly ScenarioSpec[]): readonly Problem[] {
  const broken = scenarios.filter(({ points }) => !Number.isInteger(points));
  if (broken.length === 0) return [];
  return [
    {
      what: `Submitty knows whole points only, and ${broken.map(({ id }) => `"${id}"`).join(', ')} has others`,
      fix: 'Give whole points, for instance all of them times ten.',
    },
  ];
}

/** The limits without which Node, a compiler or a Java program can't run, in bytes, seconds and numbers. */
const LIMITS = {
  RLIMIT_CPU: 600,
  RLIMIT_FSIZE: 100_000_000,
  RLIMIT_DATA: 8_000_000_000,
  RLIMIT_STACK: 8_388_608,
  RLIMIT_AS: 64_000_000_000,
  RLIMIT_NPROC: 1000,
  RLIMIT_NOFILE: 1024,
  RLIMIT_SIGPENDING: 1000,
};

/** How a run is started: Submitty starts a few programs only, and bash in containers is one of them. */
function command({ entry }: Kit, grader: string): string {
  return `${grader} run . --spec ${quoted(`/assignment/${entry}`)} --for submitty --isolation none`;
}

function config(kit: Kit): object {
  return {
    autograding_method: 'docker',
    container_options: { container_image: IMAGE, use_router: false },
    allow_system_calls: ['ALLOW_ALL_RESTRICTED_SYSTEM_CALLS'],
    resource_limits: LIMITS,
    max_submission_size: 1_000_000,
    autograding: {
      submission_to_runner: ['**/*'],
      work_to_details: [`test*/${RESULT}`, `test*/${PAGE}`],
    },
    testcases: kit.scenarios.map(({ id, title, points }) => ({
      title: `${id}: ${title}`,
      command: `${command(kit, 'bash /usr/local/bin/socket-grader')} --only ${quoted(id)}`,
      points,
      validation: [
        { method: 'custom_validator', command: `python3 grader.py ${quoted(id)}`, actual_file: RESULT },
      ],
    })),
  };
}

/** Reads one scenario from the report; Submitty takes a share from 0 to 1 and messages. */
const VALIDATOR = script(
  '"""Judges one testcase by the report of socket-grader: grader.py SCENARIO"""',
  'import json',
  'import sys',
  '',
  '',
  'def result(scenario):',
  '    with open("custom_validator_input.json") as given:',
  '        asked = json.load(given)',
  `    with open(asked.get("testcase_prefix", "") + asked.get("actual_file", "${RESULT}")) as file:`,
  '        report = json.load(file)',
  '    found = next((one for one in report["scenarios"] if one["id"] == scenario), None)',
  '    if found is None or found["status"] == "inconclusive":',
  '        why = found["findings"][0]["summary"] if found and found["findings"] else "there is no verdict"',
  '        return {"status": "failure", "message": scenario + ": " + why}',
  '    most = found["max_points"]',
  '    passed = found["status"] == "pass"',
  '    score = found["points"] / most if most > 0 else float(passed)',
  '    lines = [line for one in found["findings"] for line in [one["summary"], one.get("hint")] if line]',
  '    lines = lines or ["passed" if passed else found["status"]]',
  '    kind = "success" if passed else "failure"',
  '    messages = [{"message": line, "status": kind} for line in lines]',
  '    return {"status": "success", "data": {"score": score, "status": kind, "message": messages}}',
  '',
  '',
  'try:',
  '    outcome = result(sys.argv[1])',
  'except (OSError, ValueError, KeyError) as error:',
  '    outcome = {"status": "failure", "message": f"the report cannot be read: {error}"}',
  'with open("validation_results.json", "w") as file:',
  '    json.dump(outcome, file)',
);

function test(kit: Kit): string {
  const ids = kit.scenarios.map(({ id }) => quoted(id)).join(' ');
  const { RLIMIT_DATA, RLIMIT_NOFILE, RLIMIT_CPU, RLIMIT_FSIZE } = LIMITS;
  return script(
    ...testHead('Submitty'),
    ...WITH_PLACES,
    'cp -R "$here/image/socket-grader" "$here/image/assignment" "$stage/"',
    'chmod 755 "$stage"',
    'printf "[\\n"',
    `for id in ${ids}; do`,
    '  prefix=test_$((count = ${count:-0} + 1))/',
    '  copy_submission "$stage/work/$prefix"',
    `  ${asOrdinaryUser('work')}`,
    '  with_places work socket-grader assignment -- \\',
    `    prlimit --data=${RLIMIT_DATA} --nofile=${RLIMIT_NOFILE} --cpu=${RLIMIT_CPU} --fsize=${RLIMIT_FSIZE} \\`,
    `    bash -c 'cd "$1" && shift && exec "$@"' bash "/work/$prefix" ${command(kit, IN_IMAGE)} --only "$id" >&2`,
    '  cp "$here/config/custom_validation_code/grader.py" "$stage/work/"',
    `  printf '{"testcase_prefix": "%s", "actual_file": "${RESULT}"}' "$prefix" > "$stage/work/custom_validator_input.json"`,
    '  (cd "$stage/work" && rm -f validation_results.json && python3 grader.py "$id")',
    '  [ "$count" -eq 1 ] || printf ",\\n"',
    '  cat "$stage/work/validation_results.json"',
    'done',
    'printf "\\n]\\n"',
  );
}
