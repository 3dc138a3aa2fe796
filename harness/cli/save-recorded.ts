import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { NewScenario } from '../authoring/session/insert.ts';
import type { Confirmed } from '../authoring/session/second-run.ts';
import { stepText } from '../authoring/session/step-text.ts';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import type { Report } from '../model/index.ts';
import type { Console } from './converse.ts';
import type { OpenSession } from './open-session.ts';
import type { RecordSetting } from './session-options.ts';

/**
 * Names, shows and proves what was recorded, and writes it into the file; false when it was given up, or does not pass.
 * At a terminal it may be edited until it passes.
 */
export async function saveRecorded(
  { reader }: OpenSession,
  setting: RecordSetting,
  { steps }: Confirmed,
  console: Console,
): Promise<boolean> {
  const taken = knownIds(reader);
  const asks = process.stdin.isTTY === true && process.stdout.isTTY === true && setting.replay === undefined;
  let scenario: NewScenario = {
    id: setting.id ?? freeId(taken),
    title: setting.title ?? 'It talks as recorded',
    steps: steps.map(stepText),
    ...defined({ points: setting.points }),
  };
  if (!asks) {
    for (const step of scenario.steps) console.say(`  - ${step}`);
    return (await tryToSave(reader, setting, scenario, console)) === 'saved';
  }
  const { askAbout } = await import('./record-questions.ts');
  for (;;) {
    const chosen = await askAbout(scenario, taken);
    scenario = chosen.scenario;
    if (!chosen.saves) {
      if (chosen.edited) keepSteps(setting.spec, scenario, console);
      return false;
    }
    const outcome = await tryToSave(reader, setting, scenario, console);
    if (outcome !== 'does not pass') return outcome === 'saved';
  }
}

/** Writes a scenario into the file when the solution passes it, and says what came of that. */
async function tryToSave(
  reader: OpenSession['reader'],
  setting: RecordSetting,
  scenario: NewScenario,
  console: Console,
): Promise<'saved' | 'does not pass' | 'no room'> {
  const text = reader.withScenario(scenario);
  if (text === undefined) {
    console.say('The scenarios of this file are written in braces, to which none can be added.');
    return 'no room';
  }
  const wrong = await prove(setting, scenario, text);
  if (wrong === undefined) {
    console.say(`${setting.spec} has the scenario "${scenario.id}", and the solution passes it.`);
    return 'saved';
  }
  console.say(`The scenario does not pass with its own solution: ${wrong}`);
  return 'does not pass';
}

/** What was edited and then given up is not lost. */
function keepSteps(spec: string, { steps }: NewScenario, console: Console): void {
  const file = `${spec.replace(/(\.grade)?\.ya?ml$/, '')}.steps.yaml`;
  writeFileSync(file, steps.map((step) => `- ${step}\n`).join(''));
  console.say(`The steps as you edited them are in ${file}.`);
}

/**
 * Grades the solution by the new scenario, and puts the file in its place only when it passes; otherwise what is wrong is
 * returned.
 */
async function prove(
  { spec, params, live }: RecordSetting,
  { id }: NewScenario,
  text: string,
): Promise<string | undefined> {
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
    if (wrong === undefined) renameSync(file, spec);
    return wrong;
  } catch (error) {
    // Steps that a person edited need not be right.
    if (!(error instanceof UserError)) throw error;
    return [error.what, error.fix].filter((part) => part !== undefined).join('\n');
  } finally {
    rmSync(file, { force: true });
  }
}

function wrongOf({ scenarios }: Report): string | undefined {
  const [verdict] = scenarios;
  if (verdict?.status === 'pass') return undefined;
  return verdict?.findings[0]?.summary ?? 'it was not run';
}

/** Refuses an id that the specification has already, before anything is recorded under it. */
export function refuseTakenId({ reader }: Pick<OpenSession, 'reader'>, id: string | undefined): void {
  if (id === undefined || !knownIds(reader).includes(id)) return;
  throw new UserError({
    where: '--id',
    what: `there is a scenario "${id}" already`,
    fix: 'Give another id.',
  });
}

function knownIds(reader: OpenSession['reader']): readonly string[] {
  const begun = reader.begin();
  return 'diagnostics' in begun ? [] : begun.assignment.spec.scenarios.map(({ id }) => id);
}

function freeId(taken: readonly string[]): string {
  if (!taken.includes('recorded')) return 'recorded';
  for (let number = 2; ; number++) if (!taken.includes(`recorded-${number}`)) return `recorded-${number}`;
}
