import path from 'node:path';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { makeKit } from '../packaging/kit.ts';
import { nodeFrom, nodeFromRegistry } from '../packaging/node.ts';
import { writePackage } from '../packaging/write-package.ts';
import { PLATFORMS, type Platform } from '../platform/index.ts';
import { TOOLCHAINS } from '../platform/toolchains.ts';
import { suggest } from '../steps/scope.ts';
import { EXIT } from './exit.ts';
import { oneOf, parseOptions } from './options.ts';
import { specFile } from './spec-file.ts';

const OPTIONS = {
  out: { type: 'string', short: 'o' },
  'leave-out-hidden': { type: 'boolean' },
  toolchains: { type: 'string' },
  node: { type: 'string' },
} as const;

const ENDINGS: Readonly<Record<Platform['form'], string>> = { zip: '.zip', tar: '.tar', folder: '' };

/** `socket-grader package`: makes what a grading platform is given to grade by a specification. */
export async function packageCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions('package', args, OPTIONS);
  const [name, given, ...more] = positionals;
  if (name === undefined || given === undefined || more.length > 0)
    throw new UserError({
      where: 'package',
      what: 'it takes a platform and a specification',
      fix: `Usage: socket-grader package PLATFORM SPEC [-o OUT]; PLATFORM is one of ${Object.keys(PLATFORMS).join(', ')}`,
    });
  const platform = Object.hasOwn(PLATFORMS, name) ? PLATFORMS[name] : undefined;
  if (platform === undefined)
    throw new UserError({
      where: 'package',
      what: `unknown platform "${name}"`,
      fix: suggest(name, Object.keys(PLATFORMS)),
    });
  const toolchains = values.toolchains
    ?.split(',')
    .map((word) => oneOf('--toolchains', word.trim(), TOOLCHAINS));
  const { kit, problems } = await makeKit(specFile(given, 'package'), [name, platform], {
    env: process.env,
    leaveOutHidden: values['leave-out-hidden'] ?? false,
    ...defined({ toolchains }),
    node: values.node === undefined ? nodeFromRegistry : () => nodeFrom(values.node ?? ''),
  });
  for (const { what, fix, warning } of problems)
    process.stderr.write(`${warning ? 'warning' : 'error'}: ${what}\n  ${fix}\n`);
  if (problems.some(({ warning }) => warning !== true)) return EXIT.usage;
  const out = values.out ?? `${kit.slug}-${name}${ENDINGS[platform.form]}`;
  await writePackage(platform.form, platform.files(kit), out);
  const lines = [
    `Wrote ${path.relative(process.cwd(), path.resolve(out)) || '.'} for ${platform.title}: ${platform.about}.`,
    ...(platform.unproved === undefined ? [] : [`Not proved: ${platform.unproved}`]),
    ...platform.next(kit, out).map((line) => `  ${line}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.passed;
}
