import type { Manifest } from './manifest.ts';

/** What results depend on besides the files and the specification; part of their keys, so always in this order. */
export function settingsOf(from: object): Record<string, unknown> {
  const { only = [], build, run, port, timeoutScale, unsafe = false, seed } = from as Record<string, unknown>;
  return { only: [...(only as readonly string[])].sort(), build, run, port, timeoutScale, unsafe, seed };
}

/** The seed of a batch where none is given: made from the specification. */
export function usualSeed(fingerprint: string): string {
  return fingerprint.slice(0, 12);
}

/** The seed for a changed specification: a new one, unless the old one was given. */
export function seedOf({ settings, spec }: Pick<Manifest, 'settings' | 'spec'>, fingerprint: string): string {
  const { seed } = (settings ?? {}) as { readonly seed?: string };
  return seed === undefined || seed === usualSeed(spec.fingerprint) ? usualSeed(fingerprint) : seed;
}
