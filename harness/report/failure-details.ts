import { defined, whenGiven } from '../base/defined.ts';
import type { Cause, Finding, StepRef, Verdict } from '../model/index.ts';

/**
 * A verdict as students see it where its author limits what a failure shows. With `actual` they see what their program
 * did and the author's own hints; with `none` only that it failed. What is kept is built anew, field by field: the
 * sentences of a finding, its offsets and the recording can all contain what was expected.
 */
export function withFailureDetails(whole: Verdict): Verdict {
  const verdict = withoutStaffs(whole);
  const { failureDetails = 'full', findings } = verdict;
  // Nothing of a scenario that did not run, or could not be built, comes from its steps.
  if (failureDetails === 'full' || (verdict.runs.length === 0 && findings.every(({ step }) => !step)))
    return verdict;
  const shown = failureDetails === 'actual' ? findings.map((each) => actualOf(each, verdict)) : none(verdict);
  return { ...verdict, findings: shown, runs: [] };
}

/** Without remarks that are for staff, and without the recordings that show them. */
function withoutStaffs(verdict: Verdict): Verdict {
  const isFor = ({ staff }: Finding) => staff !== true;
  if (verdict.findings.every(isFor)) return verdict;
  const runs = verdict.runs.map((run) => ({ ...run, findings: run.findings.filter(isFor) }));
  return { ...verdict, findings: verdict.findings.filter(isFor), runs };
}

function actualOf(finding: Finding, { runs }: Verdict): Finding {
  const { step, row, cause, because, actual, evidence, hint, authored, remark } = finding;
  const comparesValues = VALUES.has(cause);
  return {
    ...defined({ step: whenGiven(step, placeOf) }),
    // A row is named after its values.
    ...defined({ row: row === undefined ? undefined : rowNumber(row, runs) }),
    cause: comparesValues ? 'different' : cause,
    ...defined({ because, remark }),
    summary: because === undefined ? (SAID[cause] ?? DIFFERENT) : 'This step could not be judged.',
    ...defined({ actual: because === undefined ? actual : undefined }),
    evidence: evidence.filter((fact) => OWN.test(fact)),
    ...(hint !== undefined && (authored || !comparesValues) ? { hint } : {}),
  };
}

function none({ status, findings, hiddenMessage }: Verdict): readonly Finding[] {
  if (status === 'pass') return [];
  const because = findings.find((finding) => finding.because !== undefined)?.because;
  const usual =
    status === 'fail'
      ? 'This scenario failed. The assignment does not show why.'
      : 'This scenario could not be judged.';
  return [
    {
      cause: 'unknown',
      ...(status === 'inconclusive' ? defined({ because }) : {}),
      summary: hiddenMessage ?? usual,
      evidence: [],
    },
  ];
}

/** Names of steps are the author's words; with the round of a repetition behind them, which is no secret. */
function placeOf({ index, verb, name, file, line, column }: StepRef): StepRef {
  return { index, verb, ...defined({ name }), file, line, column };
}

function rowNumber(row: string, runs: Verdict['runs']): string {
  const rows = [...new Set(runs.map((run) => run.row))];
  return `row ${rows.indexOf(row) + 1} of ${rows.length}`;
}

/** What the program printed, and what it was doing: its own, whatever was expected. */
const OWN = /^(stdout|stderr): |^at that moment the program /;

const DIFFERENT = 'What the program did is not what was expected.';

/** Causes that only a comparison with what was expected can find. */
const VALUES: ReadonlySet<Cause> = new Set<Cause>([
  'missing_newline',
  'extra_newline',
  'crlf',
  'lf',
  'trailing_nul',
  'cut_at_nul',
  'utf16',
  'decoded',
  'truncated',
  'duplicated',
  'extra_bytes',
  'different',
  'different_case',
  'spaces',
  'too_short',
  'too_long',
  'no_match',
  'bad_http',
  'http_status',
  'http_header',
  'http_length',
  'bad_length',
  'byte_order',
  'json',
  'not_printed',
  'file',
  'checker',
  'wrong_exit',
  'unexpected_bytes',
  'state',
  'unknown',
]);

/** What can be said of the other causes without a value of the scenario. */
const SAID: Partial<Record<Cause, string>> = {
  start_failed: 'The program could not be started.',
  exited: 'The program ended before the scenario did.',
  ended_by_stop: 'The program did not survive being stopped and continued.',
  crashed: 'The program crashed.',
  not_listening: 'The program does not listen.',
  other_port: 'The program listens on another port than the one that it was given.',
  swapped_port: 'The program listens on a port with its two bytes swapped.',
  other_address: 'The program listens on another address.',
  port_taken: 'The port of the program was taken.',
  leftover_child: 'A child process of the program still holds its port.',
  udp: 'The program uses UDP where TCP is expected.',
  tcp: 'The program uses TCP where UDP is expected.',
  tls_plain: 'The program speaks plain text where TLS is expected.',
  tls_unexpected: 'The program speaks TLS where plain text is expected.',
  tls_version: 'The two sides have no version of TLS in common.',
  tls_untrusted: 'A certificate was not trusted.',
  tls_failed: 'The TLS handshake failed.',
  waits_on_stdin: 'The program waits for standard input before it listens.',
  no_listen: 'The program has a socket and did not call listen().',
  idle: 'The program waits and does nothing more.',
  no_reuseaddr: 'The program could not bind its port again after a restart.',
  late_reuseaddr: 'The program could not bind its port again after a restart.',
  accepted_reuseaddr: 'The program could not bind its port again after a restart.',
  port_lost: 'The program does not listen any more.',
  refused: 'The program refused the connection.',
  connect_timeout: 'The connection to the program was not established in time.',
  connect_error: 'The connection to the program could not be established.',
  not_connected: 'The program did not connect.',
  not_refused: 'The program accepted a connection that it was to refuse.',
  nothing_received: 'Nothing arrived from the program.',
  early_close: 'The program closed the connection too early.',
  early_reset: 'The program aborted the connection (RST).',
  not_closed: 'The program did not close the connection.',
  closed_by_reset: 'The program aborted the connection (RST) instead of closing it.',
  closed_by_fin: 'The program closed the connection instead of aborting it (RST).',
  wrong_client: 'Bytes that belong to one client reached another one.',
  unexpected_connection: 'The program connected where it was not to.',
  wrong_port: 'A datagram went to, or came from, another port than the right one.',
  wrong_peer: 'The program has connected its UDP socket to another peer.',
  bad_value: 'What the program sent cannot be used where the scenario needs it.',
  send_failed: 'The program did not take what was sent to it.',
  not_read: 'The program did not read what was sent to it.',
  spinning: 'The program is busy-waiting.',
  polling: 'The program asks again and again instead of waiting.',
  not_blocked: 'The program does not wait where it should.',
  not_accepted: 'The program did not accept the connection.',
  not_exited: 'The program did not end.',
  time_limit: 'The scenario took longer than it may.',
  memory_limit: 'The program used more memory than it may.',
  cpu_limit: 'The program used more processor time than it may.',
  processes_limit: 'The program started more processes than it may.',
  disk_limit: 'The program wrote more to its folder than it may.',
  output_limit: 'The program printed more than it may.',
  lifetime_limit: 'The program ran longer than it may.',
  forbidden: 'The code uses what the assignment does not allow.',
  unprotected: 'The program could read what it must not see.',
};
