import path from 'node:path';

/** The language of a file by its ending, as highlight.js calls it. */
const BY_ENDING: Readonly<Record<string, string>> = {
  ...{ c: 'c', h: 'cpp', cc: 'cpp', cpp: 'cpp', cxx: 'cpp', hh: 'cpp', hpp: 'cpp' },
  ...{ py: 'python', pyw: 'python', rb: 'ruby', pl: 'perl', pm: 'perl', php: 'php', lua: 'lua', tcl: 'tcl' },
  ...{ js: 'javascript', mjs: 'javascript', cjs: 'javascript', ts: 'typescript', mts: 'typescript' },
  ...{ java: 'java', kt: 'kotlin', kts: 'kotlin', scala: 'scala', groovy: 'groovy', gradle: 'groovy' },
  ...{ go: 'go', rs: 'rust', swift: 'swift', cs: 'csharp', fs: 'fsharp', hs: 'haskell', ml: 'ocaml' },
  ...{ ex: 'elixir', exs: 'elixir', erl: 'erlang', clj: 'clojure', dart: 'dart', r: 'r', jl: 'julia' },
  ...{ sh: 'bash', bash: 'bash', mk: 'makefile', cmake: 'cmake', json: 'json', xml: 'xml', html: 'xml' },
  ...{ yml: 'yaml', yaml: 'yaml', toml: 'ini', ini: 'ini', cfg: 'ini', md: 'markdown', sql: 'sql' },
};
const BY_NAME: Readonly<Record<string, string>> = {
  makefile: 'makefile',
  gnumakefile: 'makefile',
  'cmakelists.txt': 'cmake',
  gemfile: 'ruby',
  rakefile: 'ruby',
};

/** The language that a file is written in; undefined where that is unknown. */
export function languageOf(name: string): string | undefined {
  const base = path.basename(name).toLowerCase();
  const ending = path.extname(base).slice(1);
  if (Object.hasOwn(BY_NAME, base)) return BY_NAME[base];
  return Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending] : undefined;
}

/** Languages that data and texts are written in. */
const OF_DATA = ['json', 'xml', 'yaml', 'ini', 'markdown', 'makefile', 'cmake', 'sql'];

/** Whether a file is code of a program, and neither data nor a text about it. */
export function isProgram(name: string): boolean {
  const language = languageOf(name);
  return language !== undefined && !OF_DATA.includes(language);
}
