import path from 'node:path';
import { UserError } from '../base/user-error.ts';
import { RECORDING } from '../recording/recording-file.ts';
import type { WrittenFile } from './report-files.ts';

/**
 * Where a recording goes: where it was asked for, else beside the `report.json` that staff read. It shows what is hidden,
 * so it is never put among files for students; undefined when there is no place for it.
 */
export function recordingPlace(files: readonly WrittenFile[], record?: string): string | undefined {
  const json = files.find(({ name, audience }) => name === 'json' && audience === 'staff');
  if (record === undefined) return json && path.join(path.dirname(json.file), RECORDING);
  const file = path.resolve(record);
  const among = files.some((one) => path.dirname(one.file) === path.dirname(file));
  if (among && json === undefined)
    throw new UserError({
      where: '--record',
      what: `${record} would be among files for students, and it shows hidden scenarios`,
      fix: 'Choose another folder for it.',
    });
  return file;
}

/** Folders in which a recording of an earlier run would be taken for one of this run. */
export function staleRecordings(files: readonly WrittenFile[], folder: string): readonly string[] {
  const folders = files.filter(({ name }) => name === 'json').map(({ file }) => path.dirname(file));
  return [...new Set([path.resolve(folder), ...folders])].map((one) => path.join(one, RECORDING));
}
