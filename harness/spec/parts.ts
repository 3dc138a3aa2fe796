import type { StepSpec } from '../model/index.ts';
import type { HeadFile, ParamFile, ProgramFile, ScenarioFile, TemplateFile } from './schema.ts';
import type { MapTree, Path, Tree } from './tree.ts';

/** A step with the part of the file that it was read from. */
export interface ReadStep {
  readonly spec: StepSpec;
  readonly tree: Tree;
  /** The key that the value stands for, when the step was written in its short form. */
  readonly short: string | undefined;
  /** The steps that it holds. */
  readonly nested?: readonly Nested[];
  /** Where an argument stands in `tree`: below the verb, or the verb itself for a short form. */
  at(path: Path): Path;
}

/** The steps that one step holds: a list, or one list for each named branch. */
export interface Nested {
  readonly branch?: string;
  readonly steps: readonly ReadStep[];
  /** Whether all steps could be read. */
  readonly complete: boolean;
}

/** A part of a file as it should be, with what it was read from. */
export interface Part<File> {
  readonly file: File;
  readonly tree: Tree;
}

export interface ScenarioPart extends Part<ScenarioFile> {
  /** Its own, or those of the defaults. */
  readonly setup: readonly ReadStep[];
  readonly cleanup: readonly ReadStep[];
  /** Whether all of its steps could be read. */
  readonly complete: boolean;
  readonly steps: readonly ReadStep[];
}

export interface TemplatePart extends Part<TemplateFile> {
  /** It has a mistake, so what it takes is not known for sure. */
  readonly loose?: boolean;
  /** Whether all steps could be read. */
  readonly complete: boolean;
  readonly steps: readonly ReadStep[];
}

/** An assignment file, part by part; what is wrong with a part is among the problems, and the part is left out. */
export interface Shape {
  readonly tree: MapTree;
  readonly head: HeadFile | undefined;
  readonly params: ReadonlyMap<string, Part<ParamFile>>;
  readonly programs: ReadonlyMap<string, Part<ProgramFile>>;
  readonly templates: ReadonlyMap<string, TemplatePart>;
  readonly scenarios: readonly ScenarioPart[];
}
