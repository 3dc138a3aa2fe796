import { UserError } from '../base/user-error.ts';
import { type SimilarOptions, USUAL_THRESHOLD } from '../batch/similar.ts';
import { numberFrom } from './options.ts';

/** Options of comparing submissions, which `similar` and `batch` share. */
export const SIMILAR_OPTIONS = {
  starter: { type: 'string', multiple: true },
  threshold: { type: 'string' },
} as const;

interface Values {
  readonly starter?: readonly string[] | undefined;
  readonly threshold?: string | undefined;
}

/** How submissions are to be compared. */
export function readSimilarOptions({ starter = [], threshold }: Values): SimilarOptions {
  const percent =
    threshold === undefined
      ? 100 * USUAL_THRESHOLD
      : numberFrom('--threshold', threshold.replace(/ ?%$/, ''), { whole: false, least: 10, most: 100 });
  return { starter, threshold: percent / 100 };
}

/** The same in a batch, where that is asked for. Throws a UserError where it is not, and the others are given. */
export function readSimilarInBatch(values: Values & { readonly similar?: boolean | undefined }): {
  readonly similar?: SimilarOptions;
} {
  if (values.similar) return { similar: readSimilarOptions(values) };
  const given = (['starter', 'threshold'] as const).find((name) => values[name] !== undefined);
  if (given !== undefined)
    throw new UserError({
      where: 'batch',
      what: `--${given} is for comparing submissions`,
      fix: 'Give --similar as well, or leave it out.',
    });
  return {};
}
