// The licences of the packages that a build has put into its bundles, as those licences ask for.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The text of THIRD-PARTY-NOTICES.txt: each bundled package with its version and licence, in alphabetical order. Throws
 * where a package brings no licence text, since it then may not be shipped.
 * @param metafiles what esbuild says of each bundle
 */
export function noticesFor(metafiles) {
  const folders = new Set(metafiles.flatMap(({ inputs }) => Object.keys(inputs).flatMap(packageFolder)));
  const notices = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text = file === undefined ? licenceIn(folder) : readFileSync(path.join(folder, file), 'utf8');
    if (text === undefined) throw new Error(`${name} brings no licence text`);
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return `socket-grader contains these packages:\n\n${notices.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

/** The innermost folder of a package that a source file belongs to; none for our own files. */
function packageFolder(file) {
  const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return folder === undefined ? [] : [folder];
}

/** Some packages keep it as the last section of their README. */
function licenceIn(folder) {
  const readme = readdirSync(folder).find((each) => /^readme/i.test(each));
  if (readme === undefined) return undefined;
  return /^#+ *licen[cs]e\s*$([\s\S]+)/im.exec(readFileSync(path.join(folder, readme), 'utf8'))?.[1];
}
