import { plainLine } from '../../base/plain.ts';
import type { Report, Verdict } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { notes } from '../notes.ts';
import { isJudged, resultLine, shareOf, wholeOf } from '../tally.ts';
import { runPicture } from '../timeline/picture.ts';
import type { RenderOptions } from './format.ts';

/** Bytes that the pictures may make it; PrairieLearn takes 1 MiB and ignores a result that is larger. */
const LARGEST = 900_000;

/**
 * `results.json` of PrairieLearn's external graders. What could not be judged counts neither for nor against; when nothing
 * could, the submission is not gradable, which costs the student no attempt. The score counts hidden scenarios, too;
 * those that did not pass and are shown have a picture of the run, as far as there is room.
 */
export function renderPrairielearn(
  report: Report,
  { audience, whole = wholeOf(report) }: RenderOptions,
): string {
  const texts = accounts(report);
  const names = uniqueNames(report, ({ title }) => title);
  const failed = report.scenarios.find(({ status }) => status === 'inconclusive');
  const reason = failed?.findings[0]?.summary ?? 'No scenario could be judged.';
  const tests: Test[] = report.scenarios.map((verdict, index) => ({
    name: names[index] ?? verdict.id,
    description: plainLine(verdict.id, 200),
    points: isJudged(verdict) ? verdict.points : 0,
    max_points: isJudged(verdict) ? verdict.maxPoints : 0,
    message: message(verdict, texts[index]?.message ?? ''),
    output: texts[index]?.text ?? '',
  }));
  const document = {
    gradable: whole.judged,
    ...(whole.judged ? { score: shareOf(whole) } : { format_errors: [plainLine(reason, 1000)] }),
    message: resultLine(report),
    output: [...notes(report, audience), `Seed of random values: ${report.seed}`].join('\n'),
    tests,
  };
  addPictures(tests, report.scenarios, LARGEST - Buffer.byteLength(JSON.stringify(document, null, 2)));
  return `${JSON.stringify(document, null, 2)}\n`;
}

interface Test {
  readonly name: string;
  readonly description: string;
  readonly points: number;
  readonly max_points: number;
  readonly message: string;
  readonly output: string;
  images?: readonly { readonly label: string; readonly url: string }[];
}

/** Puts a picture beside each scenario that did not pass, while there are bytes left. */
function addPictures(tests: readonly Test[], scenarios: readonly Verdict[], bytes: number): void {
  let left = bytes;
  scenarios.forEach((verdict, at) => {
    const test = tests[at];
    const run = verdict.runs.find(({ status }) => status !== 'pass');
    if (test === undefined || run === undefined || verdict.status === 'pass') return;
    const picture = runPicture(run, `What happened in ${plainLine(verdict.id, 80)}`);
    if (picture === undefined) return;
    const url = `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`;
    // What stands around it is short.
    left -= url.length + 200;
    if (left >= 0) test.images = [{ label: 'What happened', url }];
  });
}

function message({ status }: Verdict, text: string): string {
  return { pass: '', fail: '', skip: 'Skipped. ', inconclusive: 'Could not be judged. ' }[status] + text;
}
