import type { Json, ProgramSpec } from '../model/index.ts';
import type { LoadFile } from './extend.ts';
import type { TemplatePart } from './parts.ts';
import type { Problems } from './problems.ts';

/** What planning needs to know of the rest of the file. */
export interface Surroundings {
  readonly programs: readonly string[];
  readonly programSpecs: Readonly<Record<string, ProgramSpec>>;
  /** What has a port: programs, and the grader wherever it listens. */
  readonly withPort: readonly string[];
  /** Those of them that commands of programs look up. */
  readonly lookedUp: ReadonlySet<string>;
  readonly templates: ReadonlyMap<string, TemplatePart>;
  readonly params: ReadonlyMap<string, Json>;
  /** Parameters and templates that are not right, which has been reported already. */
  readonly unsettled: ReadonlySet<string>;
  /** Takes note of all names that are used: parameters, `matrix.x`, and templates as `template x`. */
  readonly used: Set<string>;
  readonly problems: Problems;
  readonly seed: string;
  readonly loadFile: LoadFile;
}
