import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { SpecError } from '../base/spec-error.ts';
import { ROOT } from '../testing/cli.ts';
import { mutated, randomFrom } from '../testing/mutate.ts';
import { loadAssignment } from './load-assignment.ts';

let folder: string;
const file = () => path.join(folder, 'damaged.grade.yaml');
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'damaged-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The scenarios that a specification comes to, or what is wrong with it. */
async function outcomeOf(spec: unknown): Promise<readonly string[] | SpecError> {
  writeFileSync(file(), JSON.stringify(spec));
  try {
    const { spec: read } = await loadAssignment(file(), {}, 'seed');
    return read.scenarios.map(({ id }) => id);
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError);
    return error as SpecError;
  }
}

test.each(['echo', 'udp-pinger'])(
  'a damaged specification has all its scenarios or is refused: %s',
  async (name) => {
    const whole = parse(readFileSync(path.join(ROOT, `specs/${name}.grade.yaml`), 'utf8'));
    const random = randomFrom(6);
    let refused = 0;
    for (let round = 0; round < 40; round++) {
      const damaged = mutated(whole, random) as { scenarios?: readonly unknown[] };
      const outcome = await outcomeOf(damaged);
      if (outcome instanceof SpecError) refused++;
      else expect(outcome).toHaveLength(damaged.scenarios?.length ?? 0);
    }
    expect(refused).toBeGreaterThan(15);
  },
);

test.each(['__proto__', 'constructor', 'toString'])(
  'a connection that is called %s is unknown like any other',
  async (name) => {
    const steps = [{ start: 'server' }, { connect: 'a' }, { half_close: name }];
    const scenarios = [{ id: 'one', title: 'One', steps }];
    const outcome = await outcomeOf({ version: 1, title: 'Names', programs: { server: {} }, scenarios });
    expect((outcome as SpecError).rendered).toContain(`"${name}"`);
  },
);
