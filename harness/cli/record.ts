import { serveProxy } from '../authoring/session/proxy.ts';
import { type Confirmed, confirm } from '../authoring/session/second-run.ts';
import { Session } from '../authoring/session/session.ts';
import { Transcript } from '../authoring/session/transcript.ts';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { Console, type Ending } from './converse.ts';
import { EXIT } from './exit.ts';
import { type OpenSession, opening, openSession } from './open-session.ts';
import { refuseTakenId, saveRecorded } from './save-recorded.ts';
import { SessionDraft } from './session-draft.ts';
import { type RecordSetting, readRecordOptions } from './session-options.ts';

/** `socket-grader record`: talks to the solution as nc does, and writes the scenario. */
export async function recordCommand(args: string[]): Promise<number> {
  const setting = readRecordOptions(args);
  const stop = new AbortController();
  const console = new Console();
  const open = await openSession(setting, stop.signal);
  // A script that is replayed is there already.
  const draft = setting.replay === undefined ? new SessionDraft(setting.spec) : undefined;
  const kept = setting.replay
    ? `The session is in ${setting.replay.file}; repeat it with --replay, or go on with --continue.`
    : `The session is in ${draft?.file}; go on with --continue ${draft?.file}, or repeat it with --replay.`;
  try {
    refuseTakenId(open, setting.id);
    const { session, ending, port } = await talk(open, setting, { console, draft });
    if (session.executor.entries.length === 0) return EXIT.failed;
    if (ending !== 'quit' && ending !== 'interrupted') {
      console.say(kept);
      return EXIT.terminated;
    }
    const confirmed = await again(open, session, port);
    for (const remark of confirmed.remarks) console.say(remark);
    const saved = await saveRecorded(open, setting, confirmed, console);
    if (saved) draft?.remove();
    else console.say(`Nothing was written. ${kept}`);
    return saved ? EXIT.passed : EXIT.failed;
  } finally {
    stop.abort();
    await open.submission.close();
  }
}

async function talk(
  { submission, reader, program, role, plan }: OpenSession,
  { proxy, replay, resume }: RecordSetting,
  { console, draft }: { readonly console: Console; readonly draft: SessionDraft | undefined },
): Promise<{ session: Session; ending: Ending; port: number }> {
  if (proxy !== undefined && role === 'client')
    throw new UserError({
      where: '--proxy',
      what: `stands before a server, and "${program}" is a client`,
      fix: 'Leave it out.',
    });
  const run = await submission.open(plan);
  const transcript = new Transcript(run, console.say);
  const session = new Session(run, reader, {
    program,
    role,
    kernel: submission.kernel,
    say: console.say,
    onCommand: (line) => draft?.add(line),
  });
  try {
    if (!(await session.begin({ connects: proxy === undefined })))
      return { session, ending: 'quit', port: 0 };
    const { port } = run.address(program);
    const served = proxy === undefined ? undefined : await serveProxy(proxy, session, run, console.say);
    if (served)
      console.say(`Listening on port ${served.port} for any client; Ctrl-C or Ctrl-D ends the recording.`);
    else if (replay === undefined)
      console.say(`${opening(program, role, port)} What you type is sent; :help shows more.`);
    const ending = await console.converse({
      handle: (line) => session.handle(line),
      prompt: () => `${session.current ?? program}> `,
      interrupt: () => session.interrupt(),
      scriptOnly: replay !== undefined,
      ...defined({ script: replay?.lines ?? resume }),
    });
    await served?.close();
    await session.flush();
    return { session, ending, port };
  } finally {
    transcript.close();
    await run.end();
  }
}

/** The same once more, in silence. */
async function again(
  { submission, reader, program, plan }: OpenSession,
  { executor }: Session,
  port: number,
): Promise<Confirmed> {
  const second = await submission.open(plan);
  try {
    return await confirm(executor.entries, second, reader, program, port);
  } finally {
    await second.end();
  }
}
