import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { NewScenario } from '../authoring/session/insert.ts';
import { serveProxy } from '../authoring/session/proxy.ts';
import { type Confirmed, confirm } from '../authoring/session/second-run.ts';
import { Session } from '../authoring/session/session.ts';
import { stepText } from '../authoring/session/step-text.ts';
import { Transcript } from '../authoring/session/transcript.ts';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import type { Report } from '../model/index.ts';
import { Console, type Ending } from './converse.ts';
import { EXIT } from './exit.ts';
import { type OpenSession, openSession } from './open-session.ts';
import { type RecordSetting, readRecordOptions } from './session-options.ts';

/** `socket-grader record`: talks to the solution as nc does, and writes the scenario. */
export async function recordCommand(args: string[]): Promise<number> {
  const setting = readRecordOptions(args);
  const stop = new AbortController();
  const console = new Console();
  const open = await openSession(setting, stop.signal);
  try {
    const { session, ending, port } = await talk(open, setting, console);
    if (session.executor.entries.length === 0) return EXIT.failed;
    const draft = saveDraft(setting, session);
    if (ending !== 'quit' && ending !== 'interrupted') {
      console.say(`The session is in ${draft}; go on with --replay ${draft}`);
      return EXIT.terminated;
    }
    const confirmed = await again(open, session, port);
    for (const remark of confirmed.remarks) console.say(remark);
    const saved = await finish(open, setting, confirmed, console);
    if (saved) rmSync(draft, { force: true });
    else console.say(`Nothing was written. The session is in ${draft}; go on with --replay ${draft}`);
    return saved ? EXIT.passed : EXIT.failed;
  } finally {
    stop.abort();
    await open.submission.close();
  }
}

async function talk(
  { submission, reader, program, role, plan }: OpenSession,
  { proxy, replay }: RecordSetting,
  console: Console,
): Promise<{ session: Session; ending: Ending; port: number }> {
  const run = await submission.open(plan);
  const transcript = new Transcript(run, console.say);
  const session = new Session(run, reader, { program, role, kernel: submission.kernel, say: console.say });
  try {
    if (!(await session.begin({ connects: proxy === undefined })))
      return { session, ending: 'quit', port: 0 };
    const { port } = run.address(program);
    if (proxy !== undefined && role === 'client')
      throw new UserError({
        where: '--proxy',
        what: 'stands before a server, not a client',
        fix: 'Leave it out.',
      });
    const served = proxy === undefined ? undefined : await serveProxy(proxy, session, run, console.say);
    if (served)
      console.say(`Listening on port ${served.port} for any client; Ctrl-C or Ctrl-D ends the recording.`);
    else if (replay === undefined)
      console.say(`${program} runs on port ${port}. What you type is sent; :help shows more.`);
    const ending = await console.converse({
      handle: (line) => session.handle(line),
      prompt: () => `${session.current ?? program}> `,
      ...defined({ script: replay }),
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

/** The commands, so that nothing is lost whatever comes. */
function saveDraft({ spec }: RecordSetting, { script }: Session): string {
  const file = `${spec.replace(/(\.grade)?\.ya?ml$/, '')}.session`;
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, script.map((line) => `${line}\n`).join(''));
  return file;
}

/** Names, shows and proves the scenario, and writes it into the file; false when it was given up, or does not pass. */
async function finish(
  open: OpenSession,
  setting: RecordSetting,
  { steps }: Confirmed,
  console: Console,
): Promise<boolean> {
  const { reader } = open;
  const taken = knownIds(reader);
  if (setting.id !== undefined && taken.includes(setting.id))
    throw new UserError({
      where: '--id',
      what: `there is a scenario "${setting.id}" already`,
      fix: 'Give another id.',
    });
  const texts = steps.map(stepText);
  const asks = process.stdin.isTTY === true && process.stdout.isTTY === true && setting.replay === undefined;
  const usual = {
    id: setting.id ?? freeId(taken),
    title: setting.title ?? 'It talks as recorded',
    points: setting.points,
  };
  const chosen = asks
    ? await (await import('./record-questions.ts')).askAbout(usual, texts, taken)
    : {
        id: usual.id,
        title: usual.title,
        steps: texts,
        ...defined({ points: usual.points }),
      };
  if (!chosen) return false;
  if (!asks) for (const step of chosen.steps) console.say(`  - ${step}`);
  const text = reader.withScenario(chosen);
  if (text === undefined) {
    console.say('The scenarios of this file are written in braces, to which none can be added.');
    return false;
  }
  return prove(setting, chosen, text, console);
}

/** Grades the solution by the new scenario, and puts the file in its place only when it passes. */
async function prove(
  { spec, params, live }: RecordSetting,
  { id }: NewScenario,
  text: string,
  console: Console,
): Promise<boolean> {
  const file = path.join(
    path.dirname(spec),
    `.${path.basename(spec, '.grade.yaml')}.${process.pid}.grade.yaml`,
  );
  writeFileSync(file, text);
  try {
    const { grade } = await import('../grading/grade.ts');
    const { env } = process;
    const report = await grade({
      ...live,
      spec: file,
      only: [id],
      params,
      env,
      unsafe: true,
      ...(env.PATH ? { searchPath: env.PATH } : {}),
    });
    const wrong = wrongOf(report);
    if (wrong !== undefined) {
      console.say(`The scenario does not pass with its own solution: ${wrong}`);
      return false;
    }
    renameSync(file, spec);
    console.say(`${spec} has the scenario "${id}", and the solution passes it.`);
    return true;
  } finally {
    rmSync(file, { force: true });
  }
}

function wrongOf({ scenarios }: Report): string | undefined {
  const [verdict] = scenarios;
  if (verdict?.status === 'pass') return undefined;
  return verdict?.findings[0]?.summary ?? 'it was not run';
}

function knownIds(reader: OpenSession['reader']): readonly string[] {
  const begun = reader.begin();
  return 'diagnostics' in begun ? [] : begun.assignment.spec.scenarios.map(({ id }) => id);
}

function freeId(taken: readonly string[]): string {
  if (!taken.includes('recorded')) return 'recorded';
  for (let number = 2; ; number++) if (!taken.includes(`recorded-${number}`)) return `recorded-${number}`;
}
