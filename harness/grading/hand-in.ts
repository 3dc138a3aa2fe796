import path from 'node:path';

/** By ending: a language that no usual file name starts, and how it is compiled. */
const LANGUAGES: Readonly<Record<string, readonly [language: string, build: string]>> = {
  '.hs': ['Haskell', 'ghc -o'],
  '.swift': ['Swift', 'swiftc -o'],
  '.d': ['D', 'gdc -o'],
  '.ml': ['OCaml', 'ocamlfind ocamlopt -package unix -linkpkg -o'],
  '.pas': ['Pascal', 'fpc -o'],
  '.zig': ['Zig', 'zig build-exe -femit-bin='],
  '.nim': ['Nim', 'nim c -o:'],
};

/** What a student can do whose program was not recognised. */
export function howToHandIn(program: string, files: readonly string[]): string {
  for (const file of files) {
    const found = LANGUAGES[path.extname(file)];
    if (found === undefined) continue;
    const [language, build] = found;
    const gap = /[=:]$/.test(build) ? '' : ' ';
    return `For ${language}, hand in a Makefile that makes "${program}", or say how: --build "${build}${gap}${program} ${file}" --run "./${program} {port}"`;
  }
  return 'Name the file so, or say how to start it: --run "python3 mine.py {port}"';
}
