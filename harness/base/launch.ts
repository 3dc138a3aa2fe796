import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import vm from 'node:vm';
import { defined } from './defined.ts';

/** The folder of the bundles, this one among them. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/**
 * Bytes of code that a function runs through before V8 makes the best of it, eight times as many as usual: most of a
 * grading is code that runs a few times only, and optimizing that takes a tenth of its processor time.
 */
const OPTIMIZED_AFTER = 1_000_000;

/**
 * Runs one of the bundles beside this one and returns what it exports. The build has left what V8 made of it (see
 * `cachedData` of vm.Script): to compile a megabyte anew would take a tenth of the time that grading takes. V8 itself
 * refuses what another version left, and compiles. `compiled` gets the script before it runs.
 */
export function launch(name: string, compiled?: (script: vm.Script) => void): unknown {
  const file = path.join(FOLDER, `${name}.cjs`);
  const cachedData = cacheOf(name);
  // The build writes ASCII only, which is read faster so.
  const source = readFileSync(file, 'latin1');
  const script = new vm.Script(`(function (exports, require, module, __filename) {${source}\n})`, {
    filename: file,
    ...defined({ cachedData }),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  // What was left is only taken by a V8 with the same settings.
  if (compiled === undefined) setFlagsFromString(`--interrupt-budget=${OPTIMIZED_AFTER}`);
  else compiled(script);
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, createRequire(file), bundle, file);
  return bundle.exports;
}

/** The file with what V8 made of a bundle. */
export function cacheFile(name: string): string {
  return path.join(FOLDER, `${name}.v8cache`);
}

function cacheOf(name: string): Buffer | undefined {
  try {
    return readFileSync(cacheFile(name));
  } catch {
    return undefined;
  }
}
