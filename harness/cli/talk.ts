import { Session } from '../authoring/session/session.ts';
import { Transcript } from '../authoring/session/transcript.ts';
import { Console } from './converse.ts';
import { EXIT } from './exit.ts';
import { opening, openSession } from './open-session.ts';
import { readTalkOptions } from './session-options.ts';

/** How often the kernel is asked whether something has changed, in milliseconds. */
const EVERY = 250;

/** `socket-grader talk`: nc, with what the kernel sees of the program beside it. */
export async function talkCommand(args: string[]): Promise<number> {
  const setting = readTalkOptions(args);
  const stop = new AbortController();
  const console = new Console();
  const { submission, reader, program, role, plan } = await openSession(setting, stop.signal);
  const dim = process.stdout.isTTY === true && !process.env.NO_COLOR;
  let shown: readonly string[] = [];
  try {
    const run = await submission.open(plan);
    const transcript = new Transcript(run, console.say);
    const session = new Session(run, reader, { program, role, kernel: submission.kernel, say: console.say });
    const look = async () => {
      const state = await session.state();
      for (const line of state.filter((each) => !shown.includes(each)))
        console.say(dim ? `\x1b[2m  │ ${line}\x1b[22m` : `  | ${line}`);
      shown = state;
    };
    if (!(await session.begin())) {
      const { port } = run.address(program);
      if (setting.assumed && (await submission.kernel.datagrams(port)).length > 0)
        console.say('If it is meant to speak UDP, give --transport udp.');
      return EXIT.failed;
    }
    console.say(
      `${opening(program, role, run.address(program).port)} What you type is sent; :help shows more.`,
    );
    await look();
    let looking: Promise<void> | undefined;
    const timer = setInterval(() => {
      looking ??= look()
        .catch(() => {})
        .finally(() => {
          looking = undefined;
        });
    }, EVERY);
    try {
      const ending = await console.converse({
        handle: async (line) => {
          const goesOn = await session.handle(line);
          await looking;
          if (goesOn) await look();
          return goesOn;
        },
        prompt: () => `${session.current ?? program}> `,
      });
      return ending === 'quit' || ending === 'interrupted' ? EXIT.passed : EXIT.terminated;
    } finally {
      clearInterval(timer);
      await looking;
      transcript.close();
    }
  } finally {
    stop.abort();
    await submission.close();
  }
}
