import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { grade } from '../grading/grade.ts';
import { disagreements } from '../testing/fixtures.ts';
import { BASICS, REAL_SERVERS, type RealServer } from '../testing/real-servers.ts';

const SPEC = fileURLToPath(new URL('../../specs/socket-basics.grade.yaml', import.meta.url));

let base = '';
beforeAll(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'real-servers-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** Why a server can't be run here, if so. */
function unusable({ program, debian, asRoot }: RealServer): string | undefined {
  if (!existsSync(program)) return `${program} is not installed (Debian: ${debian})`;
  return asRoot && process.getuid?.() !== 0 ? 'its port needs root' : undefined;
}

/** Writes what a server needs into a folder of its own. */
async function submissionOf({ name, files = {} }: RealServer): Promise<string> {
  const folder = path.join(base, name.replace(/\W+/g, '-'));
  await mkdir(folder, { recursive: true });
  const user = os.userInfo().username;
  for (const [file, text] of Object.entries(files))
    await writeFile(path.join(folder, file), text.replaceAll('USER', user));
  return folder;
}

const usable = REAL_SERVERS.filter((server) => unusable(server) === undefined);
for (const server of REAL_SERVERS) {
  const reason = unusable(server);
  if (reason !== undefined) test.skip(`${server.name}: ${reason}`, () => {});
}

test.each(usable)('$name', async (server) => {
  const { run, params = {}, fails = {} } = server;
  const report = await grade({ submission: await submissionOf(server), spec: SPEC, run, params });
  const scenarios = Object.fromEntries(BASICS.map((id) => [id, id in fails ? 'fail' : 'pass']));
  expect(disagreements({ scenarios }, report)).toEqual([]);
});
