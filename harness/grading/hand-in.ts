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
  '.adb': ['Ada', 'gnatmake -o'],
  '.f90': ['Fortran', 'gfortran -o'],
  '.cr': ['Crystal', 'crystal build -o'],
};

/** By ending: a language that no usual file name starts, and what starts a file of it. */
const STARTED: Readonly<Record<string, readonly [language: string, start: string]>> = {
  '.lua': ['Lua', 'lua'],
  '.tcl': ['Tcl', 'tclsh'],
  '.sh': ['a shell script', 'bash'],
  '.jl': ['Julia', 'julia'],
  '.r': ['R', 'Rscript'],
  '.ex': ['Elixir', 'elixir'],
  '.exs': ['Elixir', 'elixir'],
  '.erl': ['Erlang', 'escript'],
  '.scala': ['Scala', 'scala'],
  '.dart': ['Dart', 'dart run'],
  '.rkt': ['Racket', 'racket'],
  '.groovy': ['Groovy', 'groovy'],
  '.jar': ['a Java archive', 'java -jar'],
  '.dll': ['.NET', 'dotnet'],
};

/** By ending: what was made of sources, which may not run where programs are graded. */
const MADE = ['.class', '.exe', '.o', '.out', '.pyc'];

/** What a student can do whose program was not recognised. */
export function howToHandIn(program: string, files: readonly string[]): string {
  for (const file of files) {
    const ending = path.extname(file).toLowerCase();
    const named = /\s/.test(file) ? `'${file}'` : file;
    const started = STARTED[ending];
    if (started !== undefined)
      return `For ${started[0]}, say how to start it: --run "${started[1]} ${named} {port}"`;
    const found = LANGUAGES[ending];
    if (found === undefined) continue;
    const [language, build] = found;
    const gap = /[=:]$/.test(build) ? '' : ' ';
    return `For ${language}, hand in a Makefile that makes "${program}", or say how: --build "${build}${gap}${program} ${named}" --run "./${program} {port}"`;
  }
  if (files.some((file) => MADE.includes(path.extname(file).toLowerCase())))
    return 'Hand in the sources: what was built from them on one machine may not run on another.';
  return 'Name the file so, or say how to start it: --run "python3 mine.py {port}"';
}
