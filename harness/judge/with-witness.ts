import type { Finding, RunVerdict } from '../model/index.ts';

/** What a second witness has to say about a run. */
interface Testimony {
  readonly compared: number;
  readonly differences: readonly string[];
  /** Datagrams of which a program took only the beginning. */
  readonly cut: readonly string[];
}

/**
 * A verdict that rests on observations which a second witness contradicts says nothing: that is a fault of the grader,
 * never of the student. A witness that is silent changes nothing.
 */
export function withWitness(run: RunVerdict, testimony: Testimony | undefined): RunVerdict {
  if (!testimony) return run;
  const { compared, differences, cut } = testimony;
  if (differences.length === 0) return { ...withEvidence(run, cut), confirmed: compared };
  const finding: Finding = {
    cause: 'unknown',
    because: 'harness',
    summary: `The grader's two witnesses contradict each other: ${differences[0]}.`,
    expected: 'the kernel and the system calls of the program agree',
    actual: `${differences.length} of ${compared} observations differ`,
    evidence: differences,
    hint: 'This is a fault of the grader and not of the program. Please report it with the files of the report.',
  };
  return {
    ...run,
    status: 'inconclusive',
    findings: [finding, ...run.findings],
    confirmed: compared - differences.length,
  };
}

/** What the second witness saw besides goes with the first failure. */
function withEvidence(run: RunVerdict, seen: readonly string[]): RunVerdict {
  const [first, ...others] = run.findings;
  if (run.status !== 'fail' || first === undefined || seen.length === 0) return run;
  const evidence = [...(first.evidence ?? []), ...new Set(seen)];
  return { ...run, findings: [{ ...first, evidence }, ...others] };
}
