// Text files that the program imports (style sheets, templates, scripts for a browser), as modules that Node and the bundler
// read. The compiler copies none of them and leaves their imports as they are.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const TEXT_FILE = /\.(css|html|client\.js)$/;
const IMPORT = /(\bfrom ')([^']+\.(?:css|html))'/g;

/** A module whose default export is the text. */
export function textModule(text) {
  return `export default ${JSON.stringify(text)};\n`;
}

/** Puts such a module for each text file of `from` into `to`, and makes the compiled files there import it. */
export function writeTextModules(from, to, names) {
  for (const name of names.filter((one) => TEXT_FILE.test(one))) {
    const target = path.join(to, moduleName(name));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, textModule(readFileSync(path.join(from, name), 'utf8')));
  }
  for (const name of names.filter((one) => one.endsWith('.ts') && !/(\.d|\.test)\.ts$/.test(one))) {
    const compiled = path.join(to, name.replace(/\.ts$/, '.js'));
    const text = readFileSync(compiled, 'utf8');
    const renamed = text.replace(IMPORT, (_, start, target) => `${start}${moduleName(target)}'`);
    if (renamed !== text) writeFileSync(compiled, renamed);
  }
}

/** Node takes a module by the end of its name. */
function moduleName(name) {
  return name.endsWith('.js') ? name : `${name}.js`;
}
