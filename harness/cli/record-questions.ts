import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isCancel, log, note, select, text } from '@clack/prompts';
import type { NewScenario } from '../authoring/session/insert.ts';
import { readSteps } from '../authoring/session/step-text.ts';

/** What a person decides about a recorded scenario. */
export interface Chosen {
  /** Whether it is to be saved; otherwise it is given up. */
  readonly saves: boolean;
  readonly scenario: NewScenario;
  readonly edited: boolean;
}

/** Asks what the scenario is called and worth, and whether its steps are right. */
export async function askAbout(usual: NewScenario, taken: readonly string[]): Promise<Chosen> {
  let { steps } = usual;
  const givenUp = (): Chosen => ({
    saves: false,
    scenario: { ...usual, steps },
    edited: steps !== usual.steps,
  });
  for (;;) {
    note(steps.map((step) => `- ${step}`).join('\n'), 'Recorded');
    const next = await select({
      message: 'What now?',
      options: [
        { value: 'save', label: 'Save it' },
        { value: 'edit', label: `Edit it (${editor()})` },
        { value: 'discard', label: 'Give it up' },
      ],
    });
    if (isCancel(next) || next === 'discard') return givenUp();
    if (next === 'save') break;
    steps = edit(steps);
  }
  const id = await text({
    message: 'Its id?',
    placeholder: usual.id,
    defaultValue: usual.id,
    validate: (value) => {
      if (value && !/^[a-z0-9][a-z0-9-]*$/.test(value)) return 'lower-case letters, digits and -';
      return value && taken.includes(value) ? 'there is one of this name' : undefined;
    },
  });
  if (isCancel(id)) return givenUp();
  const title = await text({
    message: 'What do students read?',
    placeholder: usual.title,
    defaultValue: usual.title,
  });
  if (isCancel(title)) return givenUp();
  const points = await text({
    message: 'How many points?',
    placeholder: String(usual.points ?? 1),
    defaultValue: String(usual.points ?? 1),
    validate: (value) => (value && !(Number(value) >= 0) ? 'a number' : undefined),
  });
  if (isCancel(points)) return givenUp();
  return {
    saves: true,
    scenario: { id, title, points: Number(points), steps },
    edited: steps !== usual.steps,
  };
}

function editor(): string {
  return process.env.VISUAL ?? process.env.EDITOR ?? 'vi';
}

/** The steps as an editor leaves them; where they are no list of steps any more, that is said, and it opens again. */
function edit(steps: readonly string[]): readonly string[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'recorded-'));
  const file = path.join(folder, 'steps.yaml');
  let remark = '';
  try {
    for (let text = steps.map((step) => `- ${step}\n`).join(''); ; text = readFileSync(file, 'utf8')) {
      writeFileSync(file, `${remark}${text.replaceAll(/^# !! .*\n/gm, '')}`);
      const { status, error } = spawnSync(`${editor()} "$FILE"`, {
        shell: true,
        stdio: 'inherit',
        env: { ...process.env, FILE: file },
      });
      if (status !== 0) {
        log.error(
          `${editor()} ${error ? error.message : `ended with status ${status}`}; nothing is changed.`,
        );
        return steps;
      }
      const read = readSteps(readFileSync(file, 'utf8'));
      if (typeof read !== 'string') return read;
      if (remark === `# !! ${read}\n`) {
        log.error(`${read}; nothing is changed.`);
        return steps;
      }
      remark = `# !! ${read}\n`;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
