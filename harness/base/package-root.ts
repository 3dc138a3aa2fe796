import { existsSync } from 'node:fs';

/** The folder of this package: the first one above the running code, built or bundled, that has a package.json. */
export function packageRoot(): URL {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder)) && folder.pathname !== '/')
    folder = new URL('..', folder);
  return folder;
}
