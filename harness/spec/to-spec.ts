import { createHash } from 'node:crypto';
import { defined } from '../base/defined.ts';
import type {
  Json,
  JsonObject,
  KnownError,
  Param,
  ProgramSpec,
  ScenarioSpec,
  Spec,
  Variant,
} from '../model/index.ts';
import { clientsIn } from './clients.ts';
import { matrixRows } from './matrix.ts';
import type { Part, ScenarioPart, Shape } from './parts.ts';
import { type Problems, positionOf } from './problems.ts';
import type { HeadFile, ParamFile, ProgramFile } from './schema.ts';
import { usualVariants } from './usual-variants.ts';

/** Longest time for one run of a scenario unless it says otherwise. */
const TIMEOUT = 60_000;
const DEFAULT_WITHIN = 4_000;
/** What could not be decided is tried once more. */
const RETRIES = { times: 1, on: 'inconclusive' } as const;

/** The specification that a file stands for; its parts must have been read already. */
export function toSpec(shape: Shape, texts: readonly string[], problems: Problems): Spec {
  const { head } = shape;
  const knownErrors = (head?.known_errors ?? []).map(toKnownError);
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  const clients = clientsIn(shape, texts);
  return {
    title: head?.title ?? '',
    ...defined({
      description: head?.description,
      latePolicy: head?.late_policy,
    }),
    file: shape.tree.place.source.file,
    sha256: hash.digest('hex'),
    params: mapValues(shape.params, toParam),
    programs: mapValues(shape.programs, (part, name) =>
      toProgram(part, name, { isClient: clients.has(name), limits: head?.limits ?? {} }),
    ),
    scenarios: shape.scenarios.map((part) => ({
      ...toScenario(part, head?.defaults ?? {}, problems),
      ...(knownErrors.length === 0 ? {} : { knownErrors }),
    })),
  };
}

function toKnownError({ text, hint }: HeadFile['known_errors'][number]): KnownError {
  return { text: typeof text === 'string' ? [text] : text, hint: hint.trim() };
}

function mapValues<File, Out>(
  parts: ReadonlyMap<string, Part<File>>,
  convert: (part: Part<File>, name: string) => Out,
): Record<string, Out> {
  return Object.fromEntries([...parts].map(([name, part]) => [name, convert(part, name)]));
}

function toParam({ file }: Part<ParamFile>): Param {
  return typeof file === 'object' ? file : { default: file satisfies Json };
}

function toProgram(
  { file, tree }: Part<ProgramFile>,
  name: string,
  { isClient, limits }: { readonly isClient: boolean; readonly limits: NonNullable<ProgramFile['limits']> },
): ProgramSpec {
  const variants = file.variants ?? ownVariant(file);
  return {
    ...(variants === undefined ? { variants: usualVariants(name, isClient), usual: true } : { variants }),
    ...defined({ transport: file.transport, host: file.host }),
    ...(file.helper ? { helper: true } : {}),
    port: file.port ?? 'auto',
    ready: file.ready ?? (isClient ? 'none' : 'listening'),
    env: file.env ?? {},
    stdinEof: file.stdin_eof ?? false,
    limits: { ...limits, ...file.limits },
    ...(typeof file.stdin === 'string' ? { stdin: file.stdin } : {}),
    at: positionOf(tree),
  };
}

/** The short form: one way to start it, whatever files are there. */
function ownVariant({ file, build, run, shell }: ProgramFile): readonly Variant[] | undefined {
  return run === undefined ? undefined : [{ run, ...defined({ file, build, shell }) }];
}

/** The reason for leaving a scenario out, be it empty. */
function skipped(skip: string | boolean): { skip?: string } {
  if (skip === false) return {};
  return { skip: skip === true ? '' : skip.trim() };
}

function toScenario(
  { file, tree, setup, steps, cleanup }: ScenarioPart,
  { within, leftover, newline, ...usual }: HeadFile['defaults'],
  problems: Problems,
): ScenarioSpec {
  const { id, title, explain, hint, references, requires, only_if: onlyIf, hidden_message: hidden } = file;
  const failureDetails = file.failure_details ?? usual.failure_details;
  return {
    id,
    title,
    points: file.points ?? usual.points ?? 1,
    references,
    visibility: file.visibility ?? usual.visibility ?? 'visible',
    tags: file.tags,
    requires,
    retries: file.retries ?? usual.retries ?? RETRIES,
    scoring: file.scoring ?? usual.scoring ?? 'whole',
    rows: matrixRows(file.matrix, tree, problems),
    timeout: file.timeout ?? usual.timeout ?? TIMEOUT,
    ...defined({ limits: file.limits }),
    defaults: {
      within: within ?? DEFAULT_WITHIN,
      ...defined({ leftover, newline }),
      ...file.defaults,
    } as JsonObject,
    setup: setup.map(({ spec }) => spec),
    steps: steps.map(({ spec }) => spec),
    cleanup: cleanup.map(({ spec }) => spec),
    at: positionOf(tree),
    ...defined({ explain: explain?.trim(), hint: hint?.trim(), hiddenMessage: hidden?.trim() }),
    ...skipped(file.skip),
    ...defined({ onlyIf, failureDetails }),
  };
}
