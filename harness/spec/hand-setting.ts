import type { Plan, ProgramSpec, Variant } from '../model/index.ts';

/** A port that is free on most machines, for programs that are given none. */
const PORT = 8080;
/** Most ways to start a program that are shown. */
const MOST_WAYS = 3;

/** Programs and ports for a person who repeats a scenario by hand. */
export interface HandSetting {
  /** The port of a program or listener. */
  port(name: string): number;
  /** The port of all that have none of their own. */
  readonly shared: number;
  /** Whether another port would do as well. */
  readonly isFree: boolean;
  /** The commands that build and start a program, one for each way. */
  commands(program: string): readonly string[];
}

/** The setting of a plan: ports that the author names, and free ones for the others. */
export function handSetting(
  programs: Readonly<Record<string, ProgramSpec>>,
  plan: Plan,
  params: ReadonlyMap<string, unknown>,
): HandSetting {
  const fixed = Object.values(programs).flatMap(({ port, helper }) =>
    typeof port === 'number' && !helper ? [port] : [],
  );
  const shared = fixed[0] ?? PORT;
  const port = (name: string): number => {
    const rule = programs[name]?.port;
    return typeof rule === 'number' ? rule : shared + (plan.ports?.[name] ?? 0);
  };
  const names = new Map([...params].map(([name, value]) => [name, String(value)]));
  for (const name of Object.keys(plan.ports ?? {})) names.set(`ports.${name}`, String(port(name)));
  return {
    port,
    shared,
    isFree: fixed.length === 0,
    commands: (name) => {
      const program = programs[name];
      if (program === undefined) return [];
      return waysOf(program).map((variant) =>
        command(
          variant,
          new Map([...names, ['host', program.host ?? '127.0.0.1'], ['port', String(port(name))]]),
        ),
      );
    },
  };
}

/** Of the usual ways one that is not built and two that are; of the author's own the first ones. */
function waysOf({ variants, usual }: ProgramSpec): readonly Variant[] {
  if (!usual) return variants.slice(0, MOST_WAYS);
  const plain = variants.filter(({ file = '' }) => /^[\w-]+\.\w+$/.test(file));
  const built = plain.filter(({ build }) => build !== undefined);
  return [...plain.filter(({ build }) => build === undefined).slice(0, 1), ...built].slice(0, MOST_WAYS);
}

function command({ file = '', build, run }: Variant, values: ReadonlyMap<string, string>): string {
  const own = new Map([...values, ['class', file.replace(/\.java$/, '')]]);
  const fill = (text: string) =>
    text.replace(/\$\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => own.get(name) ?? whole);
  return [...(build === undefined ? [] : [fill(build)]), fill(run)].join(' && ');
}
