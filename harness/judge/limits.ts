import { defined } from '../base/defined.ts';
import type { Finding, LimitName, Trace } from '../model/index.ts';

const CAUSES: Readonly<Record<LimitName, Finding['cause']>> = {
  memory: 'memory_limit',
  cpu: 'cpu_limit',
  processes: 'processes_limit',
  disk: 'disk_limit',
  output: 'output_limit',
  time: 'lifetime_limit',
};

const SENTENCES: Readonly<Record<LimitName, (amount: string) => string>> = {
  memory: (amount) => `was killed: it used more than ${amount} of memory`,
  cpu: (amount) => `was killed: it used more than ${amount} of processor time`,
  processes: (amount) => `was killed: it had more than ${amount} processes and threads at the same time`,
  disk: (amount) => `filled its folder, which holds ${amount} and twenty thousand files`,
  output: (amount) => `was killed: it printed more than ${amount}`,
  time: (amount) => `was killed: it ran for longer than ${amount}`,
};

/** What is to be said when a program was ended for using more than it may; the first such event counts. */
export function limitFinding({ events }: Trace, row: string | undefined): Finding | undefined {
  const at = events.findIndex(({ type }) => type === 'limit');
  const event = events[at];
  if (event?.type !== 'limit') return undefined;
  const { program, limit, allowed } = event;
  return {
    ...defined({ row }),
    cause: CAUSES[limit],
    summary: `The program "${program}" ${SENTENCES[limit](amountOf(limit, allowed))}.`,
    evidence: [],
    event: at,
  };
}

const MIB = 1024 * 1024;

function amountOf(limit: LimitName, allowed: number): string {
  if (limit === 'processes') return String(allowed);
  if (limit === 'cpu' || limit === 'time') return `${Math.round(allowed / 100) / 10} s`;
  return `${Math.round((allowed / MIB) * 10) / 10} MiB`;
}
