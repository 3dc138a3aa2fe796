import { DEBIAN_PACKAGES } from '../base/debian-packages.ts';
import type { Spec } from '../model/index.ts';

/** What most courses are taught in; other languages of the usual file names are asked for. */
const COMMON = ['python3', 'gcc', 'make', 'javac', 'node'];

/** The Debian packages that a specification's programs need, and the commands that no package is known for. */
export function toolchainsOf(
  { programs }: Spec,
  languages: readonly string[] | undefined,
): { readonly packages: readonly string[]; readonly unknown: readonly string[] } {
  const named = Object.values(programs).flatMap(({ variants, usual }) =>
    usual
      ? COMMON
      : variants.flatMap(({ build, run }) =>
          [build, run].flatMap((text) => (text === undefined ? [] : firstWord(text))),
        ),
  );
  const wanted = languages ?? [...new Set(named)].filter((word) => !word.startsWith('./'));
  return {
    packages: [...new Set(wanted.flatMap((word) => DEBIAN_PACKAGES[word] ?? []))].sort(),
    unknown: wanted.filter((word) => DEBIAN_PACKAGES[word] === undefined),
  };
}

/** Debian packages for a machine that has a newer Node than Debian's. */
export function besidesNode(packages: readonly string[]): readonly string[] {
  return packages.filter((name) => name !== 'nodejs' && name !== 'npm');
}

/** What whoever runs the machines must see to, where the package itself can't install anything. */
export function toolsNeeded(place: string, packages: readonly string[]): readonly string[] {
  const needed = besidesNode(packages);
  if (needed.length === 0) return [];
  return [`${place} needs what the programs are written in, as Debian packages: ${needed.join(' ')}`];
}

/** The names that `--toolchains` takes. */
export const TOOLCHAINS: readonly string[] = Object.keys(DEBIAN_PACKAGES);

function firstWord(command: string): string[] {
  const [word = ''] = command.trim().split(/\s+/);
  return word === '' || word.includes('$') ? [] : [word];
}
