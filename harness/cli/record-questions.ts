import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isCancel, note, select, text } from '@clack/prompts';
import { parse } from 'yaml';
import type { NewScenario } from '../authoring/session/insert.ts';
import { stepText } from '../authoring/session/step-text.ts';
import type { Json } from '../model/index.ts';

/** Asks what the scenario is called and worth, and whether its steps are right; nothing when it is given up. */
export async function askAbout(
  usual: { readonly id: string; readonly title: string; readonly points: number | undefined },
  recorded: readonly string[],
  taken: readonly string[],
): Promise<NewScenario | undefined> {
  let steps = recorded;
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
    if (isCancel(next) || next === 'discard') return undefined;
    if (next === 'save') break;
    steps = edited(steps) ?? steps;
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
  if (isCancel(id)) return undefined;
  const title = await text({
    message: 'What do students read?',
    placeholder: usual.title,
    defaultValue: usual.title,
  });
  if (isCancel(title)) return undefined;
  const points = await text({
    message: 'How many points?',
    placeholder: String(usual.points ?? 1),
    defaultValue: String(usual.points ?? 1),
    validate: (value) => (value && !(Number(value) >= 0) ? 'a number' : undefined),
  });
  if (isCancel(points)) return undefined;
  return { id, title, points: Number(points), steps };
}

function editor(): string {
  return process.env.VISUAL ?? process.env.EDITOR ?? 'vi';
}

/** The steps as an editor leaves them; nothing when it fails, or they are no list of steps any more. */
function edited(steps: readonly string[]): readonly string[] | undefined {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'recorded-'));
  const file = path.join(folder, 'steps.yaml');
  try {
    writeFileSync(file, steps.map((step) => `- ${step}\n`).join(''));
    const { status } = spawnSync(`${editor()} "$FILE"`, {
      shell: true,
      stdio: 'inherit',
      env: { ...process.env, FILE: file },
    });
    if (status !== 0) return undefined;
    const parsed: unknown = parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(parsed)) return undefined;
    return parsed.map((step) => {
      const entries = Object.entries(step as Record<string, Json>);
      const [verb = '', args = null] = entries[0] ?? [];
      return entries.length === 1
        ? stepText({ verb, args })
        : `{ ${entries.map(([key, value]) => stepText({ verb: key, args: value })).join(', ')} }`;
    });
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
