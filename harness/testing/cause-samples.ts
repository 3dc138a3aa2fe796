import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = path.join(ROOT, 'fixtures', 'causes');

/** The languages that samples are written in, with the bases that they are changes of and the file names they go by. */
const LANGUAGES = {
  python: {
    server: ['echo.py', 'server.py'],
    client: ['client.py', 'client.py'],
    udp: ['udp.py', 'server.py'],
    tls: ['tls.py', 'server.py'],
    'tls-client': ['tls-client.py', 'client.py'],
  },
  c: { server: ['echo.c', 'server.c'], client: ['client.c', 'client.c'], udp: ['udp.c', 'server.c'] },
  java: { server: ['Echo.java', 'Server.java'], client: ['Client.java', 'Client.java'] },
  javascript: {
    server: ['echo.js', 'server.js'],
    client: ['client.js', 'client.js'],
    tls: ['tls.js', 'server.js'],
    'tls-client': ['tls-client.js', 'client.js'],
  },
} as const;
type SampleLanguage = keyof typeof LANGUAGES;
type Role = 'server' | 'client' | 'udp' | 'tls' | 'tls-client';

/** How a program is declared that a sample stands for. */
const PROGRAMS: Readonly<Record<Role, string>> = {
  server: 'server: {}',
  client: 'client: { ready: none }',
  udp: 'server: { transport: udp }',
  tls: 'server: { transport: tls, files: { cert.pem: { certificate: server }, key.pem: { key: server } } }',
  'tls-client': 'client: { ready: none, files: { ca.pem: { certificate: ca } } }',
};
/** The files of samples, and what they are samples of. */
const FILES: Readonly<Record<string, Role>> = {
  servers: 'server',
  clients: 'client',
  errors: 'server',
  builds: 'server',
  udp: 'udp',
  tls: 'tls',
  'tls-clients': 'tls-client',
};

/** What stands in the base, what stands there in the wrong sample, and what the hint makes of that. */
type Change = readonly [string, string, string?];

interface Written {
  readonly cause: string;
  /** The scenario of the usual assignment; `steps` instead are an assignment of their own. */
  readonly only?: string;
  readonly steps?: readonly string[];
  readonly program?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** One wrong sample with its fixed twin. */
export interface CauseSample {
  readonly cause: string;
  readonly language: SampleLanguage;
  readonly wrong: Readonly<Record<string, string>>;
  readonly twin: Readonly<Record<string, string>>;
  /** An assignment of the package, and its scenario; or one of its own. */
  readonly spec: { readonly file: string; readonly only: string } | { readonly text: string };
}

function changesOf(written: unknown): readonly Change[] {
  const list = written as Change | readonly Change[];
  return typeof list[0] === 'string' ? [list as Change] : (list as readonly Change[]);
}

function changed(text: string, changes: readonly Change[], version: 'wrong' | 'twin', about: string): string {
  return changes.reduce((before, [base, wrong, fixed = base]) => {
    if (!before.includes(base)) throw new Error(`${about}: the base has no ${JSON.stringify(base)}`);
    return before.replace(base, () => (version === 'wrong' ? wrong : fixed));
  }, text);
}

function sample(
  entry: Written,
  language: SampleLanguage,
  role: Role,
  changes: readonly Change[],
): CauseSample {
  const bases: Partial<Record<Role, readonly [string, string]>> = LANGUAGES[language];
  const [base, name] = bases[role] ?? [];
  if (base === undefined || name === undefined) throw new Error(`${language} has no base of a ${role}`);
  const text = readFileSync(path.join(FOLDER, 'base', base), 'utf8');
  const about = `${entry.cause} in ${language}`;
  const { files = {}, only, steps } = entry;
  const program = entry.program ?? PROGRAMS[role];
  const own = (steps ?? []).map(
    (step) => `      - ${step.replaceAll('\n', '\\n').replaceAll('\r', '\\r')}\n`,
  );
  return {
    cause: entry.cause,
    language,
    wrong: { ...files, [name]: changed(text, changes, 'wrong', about) },
    twin: { [name]: changed(text, changes, 'twin', about) },
    spec:
      only === undefined
        ? {
            text: `version: 1\ntitle: Own\nprograms: { ${program} }\nscenarios:\n  - id: own\n    title: own\n    hint: The scenario says so.\n    steps:\n${own.join('')}`,
          }
        : { file: path.join(ROOT, 'specs', `${role === 'client' ? 'client' : 'echo'}.grade.yaml`), only },
  };
}

/** All samples of causes, by the file that they stand in. */
export function causeSamples(): readonly CauseSample[] {
  return Object.entries(FILES).flatMap(([name, role]) => {
    const entries = parse(readFileSync(path.join(FOLDER, `${name}.yaml`), 'utf8')) as Written[];
    return entries.flatMap((entry) =>
      (Object.keys(LANGUAGES) as SampleLanguage[]).flatMap((language) => {
        const written = (entry as unknown as Record<string, unknown>)[language];
        return written === undefined ? [] : [sample(entry, language, role, changesOf(written))];
      }),
    );
  });
}
