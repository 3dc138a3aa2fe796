import type { Finding, Report } from '../model/index.ts';

/** Numbers of ports and the like, which differ each time that a program is started. */
const CHANGING = /\b\d{4,5}\b/g;

/**
 * Scenarios that failed for the very reason of an earlier one, as all do when a program can't even start, each with the
 * id of the first: what is long is reported once.
 */
export function repeats({ scenarios }: Report): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const found = new Map<string, string>();
  for (const { id, findings, failureDetails = 'full' } of scenarios) {
    // Where only little is shown, "the same" would say more.
    if (findings.length === 0 || failureDetails !== 'full') continue;
    const key = JSON.stringify([findings.length, ...findings.slice(0, 3).map(essence)]);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, id);
    else if (earlier !== id) found.set(id, earlier);
  }
  return found;
}

/** What was found, without what may differ from run to run. */
function essence({ cause, because, summary, expected, actual, evidence }: Finding): unknown {
  // Comparing the beginnings of long texts will do.
  const same = (text: string | undefined) => text?.slice(0, 300).replace(CHANGING, 'N');
  const facts = evidence.filter((fact) => !fact.startsWith('at that moment')).slice(0, 8);
  return [cause, because, same(summary), same(expected), same(actual), facts.map(same)];
}
