import type { ScenarioSpec } from '../../model/index.ts';
import { IMAGE, IN_IMAGE, imageFiles } from '../image.ts';
import type { Kit, Platform, Problem } from '../platform.ts';
import { quoted, script, testHead } from '../shell.ts';

/** The file that the validator of each testcase reads. */
const RESULT = 'socket-grader.json';
const PAGE = 'report.html';

/** Submitty, after its pages on autograding in containers: a configuration folder, and the image that it names. */
export const submitty: Platform = {
  title: 'Submitty',
  about: 'a configuration folder, and the image that it names',
  contract: {
    reports: [
      { name: 'json', file: RESULT },
      { name: 'html', file: PAGE },
    ],
    exit: 'written',
  },
  form: 'folder',
  level: 'uid',
  unproved:
    'Submitty gives a validator the files of the first testcase by its prefix; only the validator itself is tested.',
  files: (kit) => [
    { path: 'config/config.json', content: `${JSON.stringify(config(kit), undefined, 2)}\n` },
    { path: 'config/custom_validation_code/grader.py', content: VALIDATOR },
    ...imageFiles(kit, 'image/', true),
    { path: 'test-locally.sh', content: test(kit), executable: true },
  ],
  check: ({ spec }) => fractions(spec.scenarios),
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

function config({ spec, entry }: Kit): object {
  const command = `${IN_IMAGE} run . --spec ${quoted(`/assignment/${entry}`)} --for submitty`;
  return {
    autograding_method: 'docker',
    container_options: { container_image: IMAGE, use_router: false },
    resource_limits: { RLIMIT_NPROC: 1000, RLIMIT_CPU: 600, RLIMIT_FSIZE: 100_000_000 },
    max_submission_size: 1_000_000,
    autograding: {
      submission_to_runner: ['**/*'],
      work_to_details: [`test*/${RESULT}`, `test*/${PAGE}`],
    },
    testcases: spec.scenarios.map(({ id, title, points, visibility }) => ({
      title: `${id}: ${title}`,
      command: `${command} --only ${quoted(id)}`,
      points,
      hidden: visibility !== 'visible',
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
  '    passed = found["status"] != "fail"',
  '    score = found["points"] / most if most > 0 else float(passed)',
  '    lines = [line for one in found["findings"] for line in [one["summary"], one.get("hint")] if line]',
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

function test({ spec, entry }: Kit): string {
  const ids = spec.scenarios.map(({ id }) => quoted(id)).join(' ');
  return script(
    ...testHead('Submitty'),
    'copy_submission "$stage/work"',
    'cd "$stage/work"',
    `${IN_IMAGE.replace(' /socket-grader', ' "$here"/image/socket-grader')} run . --spec "$here/image/assignment/"${quoted(entry)} --for submitty >&2`,
    'cp "$here/config/custom_validation_code/grader.py" .',
    `echo '{"testcase_prefix": "", "actual_file": "${RESULT}"}' > custom_validator_input.json`,
    `for id in ${ids}; do`,
    '  python3 grader.py "$id"',
    '  printf "%s %s\\n" "$id" "$(cat validation_results.json)"',
    'done',
  );
}
