import type { Limits, Report } from '../model/index.ts';
import type { StartGroup } from './cgroups/start-group.ts';
import type { Refused } from './tree/copy-tree.ts';
import type { TreeSize } from './tree/tree-size.ts';

export type Level = Report['isolation']['level'];

/** A program about to be started. */
export interface Program {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A port below 1024 that it is to have. @default none */
  readonly lowPort?: number;
}

/** How programs with certain limits are started; `process/launch.ts` says what each part is for. */
export interface ProgramSandbox {
  readonly ownDisk?: boolean;
  readonly filtersCalls?: boolean;
  readonly ownNetwork?: boolean;
  hides(file: string, cwd: string): string | undefined;
  canGrantPort?(port: number): Promise<boolean>;
  heldMemory?(keeper: number, pids: readonly number[]): Promise<number>;
  wrap(program: Program): {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
    readonly sandbox?: { readonly filter?: string; readonly settings?: string; readonly user?: number };
    readonly around?: <T>(start: () => T) => T;
    readonly controlGroup?: StartGroup;
  };
}

/** What a program runs beside. */
export interface Among {
  /** So many runs go on at the same time. */
  readonly jobs: number;
  /** No run has another program, which this one might talk to. */
  readonly alone: boolean;
}

/** How much a folder must have room for. */
export interface Room {
  readonly bytes: number;
  readonly files: number;
}

/** A folder for one run, new and with files of its own. */
export interface Lease {
  readonly path: string;
  /** Copies a file or folder into it; returns what could not be copied. `own` as in `CopyOptions`. */
  fill(source: string, options?: { readonly own?: boolean }): Promise<readonly Refused[]>;
  /** Puts a file of the assignment into it, over whatever has that name. */
  place(name: string, bytes: Uint8Array): void;
  /** Gives it to the programs, once everything is in it. */
  handOver(): Promise<void>;
  /** Takes it away from the programs, which have ended, so that copies of it can be made; returns what it holds. */
  takeBack(most: TreeSize): Promise<TreeSize>;
  /** Takes it away with all that is in it. */
  release(): Promise<void>;
}

/** Where the programs of one submission run, and what they are kept from. */
export interface Sandbox {
  readonly level: Level;
  /** What is missing at this level, in words. */
  readonly lost: readonly string[];
  /** The home folder of whoever grades, which programs keep. @default each build and run has one of its own */
  readonly home?: string;
  /** A new folder for a run, empty, with room for so much. */
  lease(room: Room): Promise<Lease>;
  /** Makes folders for runs to come while there is time, where that takes some. */
  ready?(rooms: readonly Room[]): Promise<void>;
  /** How to start a program; undefined when it is started as it is. */
  forProgram(limits: Limits, among: Among): ProgramSandbox | undefined;
  /** The same for what the course brings and programs must not reach: as another user, where users are what keeps them apart. @default itself */
  apart?(): Pick<Sandbox, 'lease' | 'forProgram'>;
  /** Which of these files programs can read. */
  readable(files: readonly string[]): Promise<readonly string[]>;
  /** Ends whatever is left of the programs that have run so far; tells whether nothing of them is left. */
  clear(): Promise<boolean>;
  /** From here on the submission's programs run: the grader gives up what it does not need for that. */
  enter(): void;
  /** Ends whatever is left of the programs. */
  leave(): Promise<void>;
}
