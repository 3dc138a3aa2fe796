import { StepReader } from '../authoring/session/reader.ts';
import { UserError } from '../base/user-error.ts';
import { type LiveSubmission, openSubmission } from '../grading/live.ts';
import { readOptions, specError } from '../grading/load-assignment.ts';
import type { Plan } from '../model/index.ts';
import { isCalledClient } from '../spec/usual-variants.ts';
import { suggest } from '../steps/scope.ts';
import type { SessionSetting } from './session-options.ts';

/** A submission that is built and ready to be talked to, and the reader of what will be said. */
export interface OpenSession {
  readonly submission: LiveSubmission;
  readonly reader: StepReader;
  readonly program: string;
  readonly role: 'server' | 'client';
  /** What every run begins from. */
  readonly plan: Plan;
}

/** Builds what is to be talked to. Throws a UserError where the specification or the submission is not right. */
export async function openSession(setting: SessionSetting, signal: AbortSignal): Promise<OpenSession> {
  const { spec, text, params, live } = setting;
  const { env } = process;
  const reader = new StepReader(text, readOptions(spec, params, '', env));
  const begun = reader.begin();
  if ('diagnostics' in begun) throw await specError(spec, begun.diagnostics);
  const { assignment, plan } = begun;
  const names = Object.entries(assignment.spec.programs).flatMap(([name, { helper }]) =>
    helper ? [] : [name],
  );
  const program = setting.program ?? (names.length === 1 ? names[0] : undefined);
  if (program === undefined || !names.includes(program))
    throw new UserError({
      where: '--program',
      what: program === undefined ? 'there are several programs' : `there is no program "${program}"`,
      fix: program === undefined ? `Give one of ${names.join(', ')}.` : suggest(program, names),
    });
  reader.program = program;
  const submission = await openSubmission(assignment, {
    ...live,
    ...(env.PATH ? { searchPath: env.PATH } : {}),
    signal,
  });
  return { submission, reader, program, role: isCalledClient(program) ? 'client' : 'server', plan };
}

/** What a session begins with: where a server runs, or where a client is to connect to. */
export function opening(program: string, role: OpenSession['role'], port: number): string {
  return role === 'client' ? `${program} may connect to port ${port}.` : `${program} runs on port ${port}.`;
}
