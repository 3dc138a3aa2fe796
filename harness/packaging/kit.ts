import path from 'node:path';
import { UserError } from '../base/user-error.ts';
import type { Environment } from '../grading/load-assignment.ts';
import { outOfBounds } from '../platform/bounds.ts';
import type { Kit, PackageFile, Platform, Problem } from '../platform/index.ts';
import { toolchainsOf } from '../platform/toolchains.ts';
import { assignmentFiles, hiddenScenarios } from './assignment-files.ts';
import { programFiles } from './program-files.ts';

/** What a package is asked to be. */
export interface KitOptions {
  readonly env: Environment;
  readonly leaveOutHidden: boolean;
  /** First words of commands whose packages are wanted. @default those that the specification names */
  readonly toolchains?: readonly string[];
  /** Node for the package. */
  readonly node: () => Promise<readonly PackageFile[]>;
}

/**
 * Gathers what a package for a platform is made of. Throws a UserError where the platform can't keep hidden what the
 * specification hides, and names the scenarios; other problems are returned.
 */
export async function makeKit(
  spec: string,
  [name, platform]: readonly [string, Platform],
  options: KitOptions,
): Promise<{ readonly kit: Kit; readonly problems: readonly Problem[] }> {
  const { assignment, entry, files } = await assignmentFiles(spec, options);
  const hidden = hiddenScenarios(assignment);
  if (hidden.length > 0 && (platform.readable || platform.level === 'none')) {
    const why = platform.readable
      ? 'students can read the package'
      : 'the program could read the specification';
    throw new UserError({
      where: `package ${name}`,
      what: `on ${platform.title} ${why}, so these scenarios would not stay hidden: ${hidden.join(', ')}`,
      fix: 'Give --leave-out-hidden to make the package without them, or make them visible.',
    });
  }
  const { packages, unknown } = toolchainsOf(assignment.spec, options.toolchains);
  const kit: Kit = {
    spec: assignment.spec,
    scenarios: assignment.spec.scenarios.filter(({ skip, rows }) => skip === undefined && rows.length > 0),
    slug: slugOf(spec),
    entry,
    assignment: files,
    program: programFiles(),
    node: platform.bringsNode ? await options.node() : [],
    packages,
    fileNames: fileNames(assignment.spec),
  };
  const missing = unknown.map(
    (word): Problem => ({
      what: `no Debian package is known that brings "${word}"`,
      fix: 'Add it to the package by hand, or choose with --toolchains.',
      warning: true,
    }),
  );
  return { kit, problems: [...missing, ...outOfBounds(platform, kit), ...(platform.check?.(kit) ?? [])] };
}

function slugOf(spec: string): string {
  const name = path.basename(spec).replace(/(\.grade)?\.ya?ml$/, '');
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'assignment' : slug;
}

function fileNames({ programs }: Kit['spec']): readonly string[] {
  return [
    ...new Set(Object.values(programs).flatMap(({ variants }) => variants.flatMap(({ file }) => file ?? []))),
  ];
}
