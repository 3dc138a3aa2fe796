import { defined } from '../base/defined.ts';
import type { Finding } from '../model/index.ts';
import type { Found } from '../steps/outcome.ts';
import { fillPlaceholders } from '../steps/template.ts';
import { type Around, saysAny } from './causes/evidence.ts';
import { type CauseRow, causeOf, Evidence } from './causes/index.ts';
import { phraseIn } from './causes/phrase.ts';

/** What a finding says once its cause is known. */
export interface Explained {
  readonly found: Found;
  readonly hint?: string;
  /** The hint is the author's own. */
  readonly authored?: true;
  /** The row of the table of causes that was recognised. */
  readonly detail?: string;
}

/**
 * Recognises the cause of a failure, and gives exactly one hint, the first of: ours for a cause that the kernel or the
 * program's own error proves, the author's for bytes like these (`diagnose`) and for this step, ours for a likely cause,
 * and that of the scenario.
 */
export function explainFailure(found: Found, around: Around): Explained {
  const seen = new Evidence(found, around);
  const proved = causeOf(seen, 'proved');
  const likely = proved === undefined ? causeOf(seen, 'likely') : undefined;
  const row = proved ?? likely;
  const words = (text: string | undefined) =>
    text === undefined ? undefined : fillPlaceholders(text, around.view.variables);
  const ours = (row: CauseRow | undefined) => row && { hint: hintOf(row, seen) };
  const authors = (hint: string | undefined) =>
    hint === undefined ? undefined : { hint, authored: true as const };
  const hint =
    authors(knownToAuthor(seen)) ??
    ours(proved) ??
    authors(words(found.diagnosis)) ??
    authors(words(around.step.hint)) ??
    ours(likely) ??
    authors(words(around.scenario.hint));
  return {
    found: { ...found, ...row?.retell?.(seen) },
    ...hint,
    ...defined({ detail: row?.id }),
  };
}

/** The author's own hint for what the program ended with. */
function knownToAuthor({ scenario, complaint }: Evidence): string | undefined {
  if (!complaint?.certain) return undefined;
  return scenario.knownErrors?.find(({ text }) => saysAny(complaint.text, text))?.hint;
}

/** The hint of a cause in the language of the program, without what is not known of the place. */
export function hintOf({ hint, values }: CauseRow, seen: Evidence): string {
  const phrase = typeof hint === 'function' ? hint(seen) : hint;
  const first = phraseIn(phrase, seen.language, values?.(seen));
  // Values may hold terms of the language themselves.
  return phraseIn(first, seen.language).trim();
}

/** The cause of a program that was ended for using more than it may. */
export function limitHint(found: Finding, around: Omit<Around, 'step' | 'event'>): string | undefined {
  const [step] = around.plan.steps;
  if (step === undefined) return undefined;
  const seen = new Evidence(found, { ...around, step, event: found.event ?? 0 });
  const row = causeOf(seen, 'proved');
  return row && hintOf(row, seen);
}
