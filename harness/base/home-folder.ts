import os from 'node:os';

/**
 * The home folder of whoever runs this, as in $HOME or else in the list of users; that of temporary files for a user who
 * has neither, as in a container that is given a bare number.
 */
export function homeFolder(): string {
  try {
    return os.homedir();
  } catch {
    return os.tmpdir();
  }
}
