import type { Report } from '../../model/index.ts';
import { reportParts } from '../../report/html/index.ts';
import { sourceHtml, sourceLinks } from '../../report/html/source.ts';
import type { Markup } from '../../report/html/text.ts';
import { mentionedLines } from '../../report/source/mentions.ts';
import { submissionFolder } from '../intake/intake.ts';
import { readSource, sourceNames } from './read-source.ts';

/** A report whose findings lead to the lines that they name, and the source with these lines. */
interface WithSource {
  readonly report: ReturnType<typeof reportParts>;
  readonly source: Markup;
}

/** Puts beside a report what was handed in; `parts` is the report as it is without. */
export async function withSource(
  out: string,
  report: Report,
  parts: ReturnType<typeof reportParts> = reportParts(report),
): Promise<WithSource> {
  const folder = submissionFolder(out, report.submission.id);
  const names = await sourceNames(folder);
  const mentions = mentionedLines(report, names);
  const files = await readSource(folder, names, new Set(mentions.map(({ file }) => file)));
  const source = sourceHtml(files, mentions);
  if (mentions.length === 0) return { report: parts, source };
  return { report: reportParts(report, sourceLinks(files, mentions)), source };
}
