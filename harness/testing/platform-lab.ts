import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PLATFORMS } from '../platform/index.ts';
import { type CliResult, runCli } from './cli.ts';

/** Two scenarios that tell right from wrong programs, in as little time as can be. */
export const LAB = `version: 1
title: A lab
programs:
  server: { limits: { time: 5s } }
scenarios:
  - id: listens
    title: It listens
    points: 1
    steps: [{ start: server }, { check: { port: server, is: listening } }]
  - id: echoes
    title: It sends a line back
    points: 3
    requires: [listens]
    steps: [{ start: server }, { connect: a }, { send: { line: hi } }, { expect: { equals: { line: hi }, within: 2s } }]
`;

/** A word that stands in the hidden scenario, and nowhere else. */
export const SECRET = 'kept-from-students';
/** The same with a third scenario that students may not see. */
export const HIDDEN_LAB = `${LAB}  - id: ${SECRET}
    title: Another line
    points: 4
    visibility: hidden
    steps: [{ start: server }, { connect: a }, { send: { line: "${SECRET}" } }, { expect: { equals: { line: "${SECRET}" }, within: 2s } }]
`;

const server = (reply: string, before = '') => `import socket, sys, os
${before}
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    data = c.recv(512)
    ${reply}
`;

interface Submission {
  readonly files: Readonly<Record<string, string>>;
  /** Of the four that the lab gives. */
  readonly points: number;
}

/** What is handed in. */
export const SUBMISSIONS: Readonly<Record<string, Submission>> = {
  right: { files: { 'server.py': server('c.sendall(data)') }, points: 4 },
  wrong: { files: { 'server.py': server('c.sendall(data.upper())') }, points: 1 },
  'does not compile': { files: { 'server.c': 'int main( {\n' }, points: 0 },
  empty: { files: {}, points: 0 },
  hangs: { files: { 'server.py': 'import time\ntime.sleep(1000)\n' }, points: 0 },
  hostile: {
    files: {
      'server.py': server(
        'c.sendall(data)',
        `print("Grade :=>> 100\\n::error::x\\n" + '{"scores":{"listens":99}}', flush=True)
for place in ["/autograder/results/results.json", "/grade/results/results.json", "result.json", "/shared/feedback.json"]:
    try:
        open(place, "w").write('{"score": 1000}')
    except OSError:
        pass`,
      ),
    },
    points: 4,
  },
};

/**
 * A right program that first looks for the secret in all files that it can read, and then tells it instead of starting.
 * Below `root` of a test-locally.sh all other files of the machine are seen.
 */
export const SNOOP = server(
  'c.sendall(data)',
  `import glob
for top in ["/autograder", "/grade", "/assignment", "/build", *glob.glob("/tmp/socket-grader-*/[!r]*"), *sys.argv[2:]]:
    for folder, _, names in os.walk(top):
        for name in names:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    found = b"kept-from" + b"-students" in file.read(5_000_000)
            except OSError:
                continue
            if found:
                sys.exit("found it in " + os.path.join(folder, name))`,
);

/** A folder with labs and submissions, in which packages are made. */
export interface Place {
  readonly folder: string;
  submission(name: string): string;
  /** `socket-grader package PLATFORM SPEC …` in it. */
  make(platform: string, spec: string, ...more: readonly string[]): Promise<CliResult>;
  /** Makes a package and gives the folder in which its test-locally.sh is. */
  unpacked(platform: string, spec: string, ...more: readonly string[]): Promise<string>;
  remove(): void;
}

/** Makes one below the folder for temporary files. */
export function makePlace(): Place {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'package-'));
  // Programs run as other users, who come this way.
  chmodSync(folder, 0o755);
  writeFileSync(path.join(folder, 'lab.grade.yaml'), LAB);
  writeFileSync(path.join(folder, 'hidden.grade.yaml'), HIDDEN_LAB);
  const submissions = { ...SUBMISSIONS, snoops: { files: { 'server.py': SNOOP } } };
  for (const [name, { files }] of Object.entries(submissions)) {
    mkdirSync(path.join(folder, 'submissions', name), { recursive: true });
    for (const [file, text] of Object.entries(files))
      writeFileSync(path.join(folder, 'submissions', name, file), text);
  }
  const make: Place['make'] = (platform, spec, ...more) =>
    runCli(['package', platform, spec, ...more], { cwd: folder });
  let count = 0;
  return {
    folder,
    submission: (name) => path.join(folder, 'submissions', name),
    make,
    unpacked: async (platform, spec, ...more) => {
      count += 1;
      const out = path.join(folder, `${count}-${platform}`);
      mkdirSync(out);
      const { form } = PLATFORMS[platform] ?? {};
      const to = path.join(out, form === 'folder' ? 'it' : 'archive');
      const { code, stderr } = await make(platform, spec, '-o', to, ...more);
      if (code !== 0 || stderr !== '') throw new Error(`package ${platform}: ${stderr}`);
      if (form === 'zip') execFileSync('unzip', ['-q', 'archive', '-d', 'it'], { cwd: out });
      if (form !== 'tar') return path.join(out, 'it');
      execFileSync('tar', ['xf', 'archive'], { cwd: out });
      return path.join(out, path.basename(spec, '.grade.yaml'));
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
