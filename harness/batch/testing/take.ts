import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type IntakeOptions, submissionFolder, takeIn } from '../intake/intake.ts';
import type { Submission } from '../types.ts';
import { type Files, readFiles, writeFiles, zipFolder } from './archives.ts';

/** The files that the assignment of these tests asks for. */
export const PROGRAMS = [
  'server.py',
  'Makefile',
  'server.c',
  'Server.java',
  '*.py',
  'CMakeLists.txt',
  'package.json',
];

/** Takes in downloads in a temporary folder: what is in `given`, and what else a test names. */
export class Taker {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'intake-'));
  readonly given = path.join(this.folder, 'given');
  readonly out = path.join(this.folder, 'out');

  /** Adds these files and takes everything in, zipped or as the folder that it is. */
  async take(files: Files, options: Partial<IntakeOptions> & { zipped?: boolean } = {}) {
    writeFiles(this.given, files);
    const input =
      options.zipped === false ? this.given : zipFolder(this.given, path.join(this.folder, 'download.zip'));
    const intake = await takeIn(input, { out: this.out, programFiles: PROGRAMS, ...options });
    const [first] = intake.submissions;
    const contents = Object.fromEntries(
      intake.submissions.map(({ id }) => [id, readFiles(submissionFolder(this.out, id))]),
    );
    return {
      ...intake,
      first: first as Submission,
      contents,
      ids: intake.submissions.map(({ id }) => id),
    };
  }

  /** The same without what was there before. */
  takeOnly(files: Files, options: Partial<IntakeOptions> & { zipped?: boolean } = {}) {
    for (const name of ['given', 'download.zip'])
      rmSync(path.join(this.folder, name), { recursive: true, force: true });
    return this.take(files, options);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
