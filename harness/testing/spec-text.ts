import { shippedLibrary } from '../grading/load-assignment.ts';
import { type Assignment, readAssignment } from '../spec/read.ts';
import { renderDiagnostics } from '../spec/render.ts';

interface Around {
  readonly params?: Readonly<Record<string, string>>;
  /** @default '1' */
  readonly seed?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Files that stand beside the specification. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** Reads a specification from a text, as the file `x.yaml`. */
export function readText(
  content: string | Uint8Array,
  { params = {}, seed = '1', env = {}, files = {} }: Around = {},
): ReturnType<typeof readAssignment> {
  return readAssignment(content, {
    file: 'x.yaml',
    params,
    seed,
    env,
    library: shippedLibrary,
    loadFile: (name) => {
      const found = files[name.replace(/^\.\//, '')];
      return found === undefined ? 'there is no such file' : Buffer.from(found);
    },
  });
}

/** The specification in a text that is right; throws with its diagnostics when it is not. */
export function readRight(content: string | Uint8Array, around?: Around): Assignment {
  const read = readText(content, around);
  if ('diagnostics' in read) throw new Error(renderDiagnostics(read.diagnostics));
  return read;
}

/** What a person sees of a specification that is wrong or doubtful; empty when nothing is. */
export function diagnose(content: string | Uint8Array, around?: Around): string {
  const read = readText(content, around);
  return renderDiagnostics('diagnostics' in read ? read.diagnostics : read.warnings);
}

/** An assignment around the steps of its only scenario, which begin on line 7. */
export function withSteps(...steps: readonly string[]): string {
  return assignment({ scenario: ['steps:', ...steps.map((step) => `  - ${step}`)] });
}

/** An assignment of few lines: further keys at the top, and those of its only scenario from line 6 on. */
export function assignment({
  scenario = ['steps: [{ start: server }, { check: { port: server, is: listening } }]'],
  top = [],
  program = '{}',
}: {
  scenario?: readonly string[];
  top?: readonly string[];
  program?: string;
}): string {
  return [
    'title: A test',
    `programs: { server: ${program} }`,
    'scenarios:',
    '  - id: one',
    '    title: The only one',
    ...scenario.map((line) => `    ${line}`),
    ...top,
    '',
  ].join('\n');
}
