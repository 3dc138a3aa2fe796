import { existsSync } from 'node:fs';
import os from 'node:os';
import { defined } from '../base/defined.ts';
import { plainLine } from '../base/plain.ts';
import { UserError } from '../base/user-error.ts';
import { addDecisions, Desk, DeskServer } from '../desk/index.ts';
import { EXIT } from './exit.ts';
import { numberFrom, parseOptions } from './options.ts';
import { withoutCommands } from './stop-commands.ts';

const OPTIONS = { as: { type: 'string' }, port: { type: 'string' }, add: { type: 'string' } } as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `socket-grader desk`: where assistants work on the results of a batch. */
export function deskCommand(args: string[]): Promise<number> {
  const options = readDeskOptions(args);
  const { add } = options;
  return withoutCommands(() => (add === undefined ? serve(options) : addTo(options.folder, add)));
}

function readDeskOptions(args: string[]) {
  const { values, positionals } = parseOptions('desk', args, OPTIONS);
  const usage = (what: string) =>
    new UserError({ where: 'desk', what, fix: 'Usage: socket-grader desk FOLDER [options]' });
  const [folder, ...more] = positionals;
  if (folder === undefined) throw usage('no folder is named');
  if (more.length > 0) throw usage(`one folder at a time, not also ${more.join(', ')}`);
  const { as, port, add } = values;
  if (add !== undefined && (as ?? port) !== undefined)
    throw usage('with --add nothing is served, so that --as and --port mean nothing');
  const by = (as ?? os.userInfo().username).replace(/\s+/g, ' ').trim();
  if (by === '') throw usage('--as is empty');
  return {
    folder,
    by,
    port: port === undefined ? 0 : numberFrom('--port', port, { whole: true, least: 1, most: 65_535 }),
    ...defined({ add }),
  };
}

async function serve({ folder, by, port }: ReturnType<typeof readDeskOptions>): Promise<number> {
  const desk = new Desk(folder, by);
  // What can't be read is found now and not in the browser.
  const { gathered, done, heads } = await desk.state();
  const ended = new Promise<void>((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve());
  });
  const server = new DeskServer(desk);
  const link = await server.listen(port);
  const people = heads.needed;
  process.stdout.write(
    `${plainLine(done.manifest.spec.title, 120)}: ${gathered.page.manifest.submissions.length} submissions, ${people} ${people === 1 ? 'needs' : 'need'} a person
Open ${link}
The link works once, for you as ${plainLine(by, 80)}. Ctrl-C ends the desk.
`,
  );
  await ended;
  await server.close();
  return EXIT.passed;
}

async function addTo(folder: string, file: string): Promise<number> {
  if (!existsSync(file))
    throw new UserError({
      where: '--add',
      what: `there is no file ${file}`,
      fix: 'Name the table that a page has made.',
    });
  const { added, same, left } = await addDecisions(folder, file);
  const count = (number: number) => `${number} ${number === 1 ? 'decision' : 'decisions'}`;
  process.stdout.write(`${count(added)} added, ${same} already there\n`);
  for (const { who, why } of left)
    process.stdout.write(`  Not added: ${plainLine(who, 120)}: ${plainLine(why, 300)}\n`);
  return left.length > 0 ? EXIT.inconclusive : EXIT.passed;
}
