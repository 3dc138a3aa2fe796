import { existsSync } from 'node:fs';
import { defined } from '../base/defined.ts';
import { printable } from '../base/plain.ts';
import { UserError } from '../base/user-error.ts';
import { chosenScenarios } from '../batch/chosen-scenarios.ts';
import { loadAssignment } from '../grading/load-assignment.ts';
import { anySeed } from '../grading/seed.ts';
import { writeRecording } from '../recording/recording-file.ts';
import { EXIT, exitCode } from './exit.ts';
import { GRADING_OPTIONS, readGradingOptions } from './grading-options.ts';
import { holdsArchives } from './holds-archives.ts';
import { Interrupt } from './interrupt.ts';
import { parseOptions } from './options.ts';
import { openQueue, QUEUE_OPTIONS, readQueue } from './queue-options.ts';
import { recordingPlace, staleRecordings } from './recording-place.ts';
import { ReportFiles, writtenLines } from './report-files.ts';
import { reportFolder } from './report-folder.ts';
import { readAudience, readReports } from './report-options.ts';
import { specFile } from './spec-file.ts';
import { terminalStyle } from './terminal-style.ts';

const OPTIONS = {
  ...QUEUE_OPTIONS,
  ...GRADING_OPTIONS,
  spec: { type: 'string' },
  report: { type: 'string', multiple: true },
  audience: { type: 'string' },
  out: { type: 'string' },
  trace: { type: 'boolean' },
  quiet: { type: 'boolean' },
} as const;

/** `socket-grader submit`: has one submission graded by the workers of a queue, before all batches. */
export async function submitCommand(args: string[]): Promise<number> {
  const { options, output } = readSubmitOptions(args);
  const { submission, quiet } = options;
  if (!existsSync(submission))
    throw new UserError({
      where: submission,
      what: 'there is no such submission',
      fix: 'Give a folder or a file.',
    });
  const folder = output.out ?? reportFolder(submission);
  const files = new ReportFiles(output.reports, {
    folder,
    ...defined({ audience: output.audience }),
    trace: output.trace,
    ...terminalStyle(),
    env: process.env,
    gradescope: existsSync('/autograder'),
  });
  const assignment = await loadAssignment(
    options.spec,
    options.params,
    options.seed,
    process.env,
    undefined,
    options.only,
  );
  const scenarios = chosenScenarios(assignment, options.only);
  const place = recordingPlace(files.files);
  await files.prepare();
  try {
    const graded = await grade(options, { assignment, scenarios });
    if ('interrupted' in graded) return graded.interrupted === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    const { report, recording } = graded;
    await files.begin(staleRecordings(files.files, folder));
    if (place !== undefined && recording !== undefined) await writeRecording(place, recording);
    const failures = await files.finish(report, { quiet });
    if (files.printsTerminal && !quiet && files.files.length > 0)
      process.stdout.write(
        writtenLines(
          files.files.map(({ file }) => file),
          terminalStyle().width,
        ),
      );
    for (const failure of failures) process.stderr.write(printable(`socket-grader: ${failure}\n`));
    return exitCode(report, failures);
  } finally {
    await files.abandon();
  }
}

type Options = ReturnType<typeof readSubmitOptions>['options'];

async function grade(
  options: Options,
  {
    assignment,
    scenarios,
  }: {
    readonly assignment: Awaited<ReturnType<typeof loadAssignment>>;
    readonly scenarios: ReturnType<typeof chosenScenarios>;
  },
) {
  const { describeWait, gradeOnQueue } = await import('../queue/index.ts');
  const { queue, store, submission, isolation, quiet, ...how } = options;
  const say = (text: string) => void (quiet || process.stderr.write(`${text}\n`));
  const connection = await openQueue(queue, { say });
  const opened = (await holdsArchives(submission))
    ? await (await import('./open-submission.ts')).openSubmission(submission)
    : undefined;
  const interrupt = new Interrupt();
  const level = isolation === 'require' ? 'full' : 'none';
  let said = '';
  try {
    const graded = await gradeOnQueue(connection, {
      submission: opened?.folder ?? submission,
      grading: { assignment, scenarios, job: how, isolation: { level, lost: [] } },
      level,
      ...defined({ store }),
      stop: interrupt.signal,
      watch(state) {
        const text = describeWait(state, connection.address.shown) ?? '';
        if (text !== said && text !== '') say(text);
        said = text;
      },
    });
    if (graded === undefined) return { interrupted: interrupt.by ?? 'SIGINT' } as const;
    return graded;
  } finally {
    await opened?.close();
    interrupt.dispose();
    connection.close();
  }
}

function readSubmitOptions(args: string[]) {
  const { values, positionals } = parseOptions('submit', args, OPTIONS);
  const [submission, ...more] = positionals;
  if (submission === undefined || more.length > 0)
    throw new UserError({
      where: 'submit',
      what:
        submission === undefined ? 'no submission is named' : `one submission at a time, not also ${more[0]}`,
      fix: 'Usage: socket-grader submit SUBMISSION --spec FILE --queue URL [options]',
    });
  if (values.spec === undefined)
    throw new UserError({
      where: 'submit',
      what: 'no specification is named',
      fix: 'Name it with --spec FILE.',
    });
  const surroundings = { env: process.env, gradescope: existsSync('/autograder') };
  return {
    options: {
      ...readQueue('submit', values),
      seed: anySeed(),
      ...readGradingOptions('submit', values, { isolation: 'require' }),
      submission,
      spec: specFile(values.spec, 'submit'),
      quiet: values.quiet ?? false,
    },
    output: {
      reports: readReports(values.report, surroundings),
      audience: values.audience === undefined ? undefined : readAudience(values.audience),
      out: values.out,
      trace: values.trace ?? false,
    },
  };
}
