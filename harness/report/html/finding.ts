import type { Finding, InconclusiveReason } from '../../model/index.ts';
import { hexDumpHtml, isHexDump } from './hex-dump.ts';
import { clip, count, html, join, type Markup, NOTHING } from './text.ts';

/** Findings that are read at once, and those that are shown at all. */
const MOST_AT_ONCE = 3;
const MOST_FINDINGS = 12;
const MOST_EVIDENCE = 24;
const MOST_TEXT = 1_500;

const REASONS: Readonly<Record<InconclusiveReason, string>> = {
  precondition: 'Inconclusive: a precondition of the scenario did not hold.',
  capability: 'Inconclusive: this machine cannot do it or show it.',
  interference: 'Inconclusive: something else interfered.',
  interrupted: 'Inconclusive: the grading was interrupted.',
  harness: 'Inconclusive: the grader itself had a problem.',
  not_recorded: 'Inconclusive: the recording does not show it.',
};

/** What leads from a finding to the lines of the source that it names. */
export type SourceLinks = (finding: Finding) => Markup;

const noLinks: SourceLinks = () => NOTHING;

/** What was found: the first findings, the next ones folded, and the rest counted. */
export function findingsHtml(findings: readonly Finding[], links: SourceLinks = noLinks): Markup {
  const findingOf = (finding: Finding) => findingHtml(finding, links);
  const folded = findings.slice(MOST_AT_ONCE, MOST_FINDINGS);
  const rest = findings.length - MOST_FINDINGS;
  const uncounted = rest > 0 ? html`<p class="soft">and ${count(rest, 'more finding')} like it</p>` : NOTHING;
  return join([
    ...findings.slice(0, MOST_AT_ONCE).map(findingOf),
    folded.length === 0
      ? NOTHING
      : html`<details class="more"><summary>${count(findings.length - MOST_AT_ONCE, 'more finding')}</summary>${join(folded.map(findingOf))}${uncounted}</details>`,
  ]);
}

/** One finding: what happened in a sentence, then the facts. */
export function findingHtml(finding: Finding, links: SourceLinks = noLinks): Markup {
  const { summary, expected, actual, evidence, hint, because } = finding;
  return html`<section class="finding ${because === undefined ? 'sure' : 'unsure'}">
${because === undefined ? NOTHING : html`<p class="because">${REASONS[because]}</p>`}<p class="summary">${clip(summary, MOST_TEXT)}</p>
<dl>${put('Expected', expected)}${put('Got', actual)}${evidenceHtml(evidence)}${links(finding)}${put('Hint', hint)}${put('Where', whereOf(finding), 'soft')}</dl>
</section>`;
}

function put(label: string, text: string | undefined, kind = ''): Markup {
  if (text === undefined || text === '') return NOTHING;
  return html`<div><dt>${label}</dt><dd class="${kind}">${clip(text, MOST_TEXT)}</dd></div>`;
}

function evidenceHtml(evidence: readonly string[]): Markup {
  if (evidence.length === 0) return NOTHING;
  const items: Markup[] = [];
  let dump: string[] = [];
  const flush = () => {
    if (dump.length > 0) items.push(html`<li class="dump">${hexDumpHtml(dump)}</li>`);
    dump = [];
  };
  for (const fact of evidence.slice(0, MOST_EVIDENCE)) {
    if (isHexDump(fact)) dump.push(clip(fact, 200));
    else {
      flush();
      items.push(factHtml(clip(fact, MOST_TEXT)));
    }
  }
  flush();
  return html`<div><dt>Evidence</dt><dd><ul>${join(items)}</ul></dd></div>`;
}

/** What the program printed stands in its own type. */
function factHtml(fact: string): Markup {
  const printed = /^(stdout|stderr): (.*)$/s.exec(fact);
  if (!printed) return html`<li>${fact}</li>`;
  return html`<li><span class="soft">${printed[1] ?? ''}</span> <code>${printed[2] ?? ''}</code></li>`;
}

function whereOf({ step, row }: Finding): string | undefined {
  if (!step) return row;
  const name = step.name === undefined ? step.verb : `${step.verb}, “${step.name}”`;
  return `step ${step.index + 1} (${name})${row === undefined ? '' : `, row ${row}`}, ${step.file}:${step.line}`;
}
