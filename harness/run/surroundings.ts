import type { Kernel } from '../kernel/index.ts';
import type { Limits, PortRule, Ready, ReadyState } from '../model/index.ts';
import type { Transport } from '../model/transport.ts';
import type { Certificates } from '../net/index.ts';
import type { ProgramSandbox } from '../process/launch.ts';
import type { FoundFile } from '../sandbox/read-file.ts';

/** A program of the submission, built and ready to be started. */
export interface Runnable {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** It comes with the assignment: what goes wrong with it is the author's. */
  readonly helper?: true;
  /** The address at which it must be reached. @default any that `localhost` may stand for */
  readonly host?: string;
  /** What it talks by. @default 'tcp' */
  readonly transport?: Transport;
  /** The port that the program is given, and where it must listen unless `rule` is `any`. */
  readonly givenPort: number;
  /** The same with another port. @default it is not known */
  readonly at?: (port: number) => Runnable;
  readonly rule: PortRule;
  readonly ready: Ready;
  readonly stdin?: string | Uint8Array;
  readonly stdinEof: boolean;
  readonly limits: Limits;
  /** Source files of the submission, which tell the language of a compiled program. @default none */
  readonly sources?: readonly string[];
  /** What the submission wants to have installed, and the list that says so. @default nothing */
  readonly packages?: { readonly list: string; readonly names: readonly string[] };
  /** @default started as it is */
  readonly programSandbox?: ProgramSandbox;
}

/** What a run needs from the world. */
export interface Surroundings {
  readonly kernel: Kernel;
  readonly programs: ReadonlyMap<string, Runnable>;
  /** The source files that were handed in, as they were before anything was built. @default not known */
  readonly sources?: ReadonlyMap<string, FoundFile>;
  /** The port of this run: where a server shall listen, and where the harness listens for a client. */
  readonly port: number;
  /** The ports of programs and listeners that have one of their own, by name. @default none */
  readonly ports?: ReadonlyMap<string, number>;
  /** The certificates of this run. @default none */
  readonly certificates?: () => Promise<Certificates>;
  /** Stretches every `within`; never a `for`. */
  readonly timeoutScale: number;
  readonly signal: AbortSignal;
  /** Where the system calls of a start are to be written down; nothing is traced without it. */
  readonly traceFile?: (program: string, instance: number) => string;
  /** Called as soon as a started program was found to listen, or not to. */
  readonly onReady?: (state: ReadyState, port: number | null) => void;
  /** Called when a program has connected to the harness, on this port. */
  readonly onArrival?: (port: number) => void;
}
