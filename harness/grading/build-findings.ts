import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { installing } from '../base/debian-packages.ts';
import { defined } from '../base/defined.ts';
import type { BuildResult, Finding } from '../model/index.ts';
import type { RefusedCall } from '../process/first-process.ts';

/** How compilers ("error: ", "error[E0277]: ", "error CS1002: ", "main.go:5:2: "), linkers and make say what is wrong; "collect2: error" only repeats it. */
const BUILD_ERROR =
  /^(?!collect2|.* returned an error exitcode).*(?<![\w-])(error(?: \w+\d+|\[\w+\])?|fatal): |^\S+\.go:\d+:\d+: |undefined reference to|multiple definition of|\*\*\* /i;
/** The first error, with the lines that show it. */
const BUILD_LINES = 6;

/** What is wrong with a build that did not end well: its first error, or what is not on this machine. */
export function buildFinding(
  { command, exitCode, output }: BuildResult,
  missing: string | undefined,
): Finding {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const first = lines.findIndex((line) => BUILD_ERROR.test(line));
  const shown = lines.slice(Math.max(0, first)).slice(0, BUILD_LINES);
  if (missing !== undefined) {
    // What isolation hides is installed: how programs get to see it stands in the message.
    const isHidden = missing.includes('--expose');
    const first = (text: string) => installing(text.trim().split(/\s+/)[0] ?? '');
    const hint = isHidden ? undefined : (first(missing) ?? first(command));
    return {
      cause: 'build_failed',
      because: 'capability',
      summary: `This machine can't build the program: ${missing}.`,
      evidence: [],
      ...defined({ hint }),
    };
  }
  return {
    cause: 'build_failed',
    summary: `The program could not be built: "${command}" ${exitCode === null ? 'did not end well' : `exited with status ${exitCode}`}.`,
    expected: 'the program is built without errors',
    actual: shown[0] ?? 'no output',
    evidence: shown.slice(1),
  };
}

/** How make says that a command of a rule has failed. */
const ONLY_REPEATS = /^make\b.*\bError \d+$/;

/**
 * A build that ended when isolation had refused it a system call, and whose output names no error of the sources: nothing
 * is proven against them. One that did without the call, and then met an error, is judged as any other.
 */
export function endedByRefusal(
  { command, output }: BuildResult,
  { call, error, pid, process }: RefusedCall,
): Finding | undefined {
  if (output.split('\n').some((line) => BUILD_ERROR.test(line) && !ONLY_REPEATS.test(line))) return undefined;
  return {
    cause: 'build_failed',
    because: 'capability',
    summary: `The build ended after isolation refused it a system call: ${call}().`,
    expected: `"${command}" can do here what it can do by hand`,
    actual: `${call}() failed with ${error} in process ${pid} (${process}), and the build ended`,
    evidence: output
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-BUILD_LINES),
    hint: 'To build this program, run the grader without isolation, in a container or a virtual machine of its own.',
  };
}

/** Executable files of a folder. */
export function executables(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const isExecutable = (statSync(path.join(folder, entry.name)).mode & 0o111) !== 0;
    return isExecutable && !/\.(o|so|a)$/.test(entry.name) ? [entry.name] : [];
  });
}

/** What is wrong where a build ended well and the program that is to be started is not there. */
export function notMade(
  run: string,
  { folder, before }: { readonly folder: string; readonly before: readonly string[] },
): Finding | undefined {
  const wanted = /^\.\/([\w.-]+)(?=\s|$)/.exec(run)?.[1];
  const now = executables(folder);
  if (wanted === undefined || now.includes(wanted)) return undefined;
  const made = now.filter((name) => !before.includes(name));
  return {
    cause: 'start_failed',
    detail: made.length === 0 ? 'nothing_made' : 'other_name_made',
    summary: `The program could not be started: the build made ${made.length === 0 ? 'no program' : made.join(', ')}, and not ${wanted}.`,
    expected: `the build makes ${wanted}`,
    actual: made[0] ?? 'no program',
    evidence: [`the build ended without an error, and there is no program ./${wanted}`],
  };
}
