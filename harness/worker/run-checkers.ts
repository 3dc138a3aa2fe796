import { checkersIn } from '../grading/checker.ts';
import { noSandbox } from '../sandbox/no-sandbox.ts';
import { makeScratch } from '../sandbox/scratch.ts';
import { isolationOptions } from './isolation-options.ts';
import type { CheckOrder, Question, WorkerEvent } from './protocol.ts';

/** Answers questions one after another, each by the checker that it names, until there are no more. */
export async function runCheckers(
  order: CheckOrder,
  questions: AsyncIterable<Question>,
  send: (event: WorkerEvent) => void,
): Promise<void> {
  const { sandbox: open = noSandbox, scratch: place } = isolationOptions(order);
  const scratch = await makeScratch(place);
  const sandbox = open(scratch);
  sandbox.enter();
  const run = checkersIn(sandbox);
  try {
    for await (const { command, input } of questions)
      send({
        type: 'checked',
        checked: await run(command, input).catch((error: Error) => ({ problem: error.message })),
      });
  } finally {
    await sandbox.leave();
    await scratch.remove();
  }
}
