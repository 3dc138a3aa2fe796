import type { Report, ScenarioSpec, Spec } from '../model/index.ts';

/** A report that a platform reads, and where: a path in its container, or standard output. */
export interface PlatformReport {
  readonly name: string;
  readonly file?: string;
  /** Who reads it, where that is not as usual in these surroundings: staff where the platform itself hides what students may not see. */
  readonly audience?: 'student' | 'staff';
}

/** What a platform asks of a run on it; see `run --for`. */
export interface Contract {
  /** Written unless a report of the same name is asked for. */
  readonly reports: readonly PlatformReport[];
  /**
   * `written`: 0 once a result stands there, whatever it says, since the platform takes anything else for a failure of
   * the grader; 1 without a result. `verdict`: as everywhere (see README).
   */
  readonly exit: 'written' | 'verdict';
  /** Seconds after which the platform kills the container, when nobody has set another limit there. */
  readonly seconds?: number;
  /** A file that holds the seed of a student's variant: JSON, and the key to take. */
  readonly seed?: { readonly file: string; readonly key: string };
}

/** A file of a package. */
export interface PackageFile {
  /** Where it is in the package, with `/` between folders. */
  readonly path: string;
  /** What is in it, the file that is copied, or what is packed in it as a tar that is compressed with gzip. */
  readonly content:
    | string
    | Uint8Array
    | { readonly copyOf: string }
    | { readonly tar: readonly PackageFile[] };
  /** Whether it can be started. @default false */
  readonly executable?: boolean;
}

/** What all packages of one assignment are made of. */
export interface Kit {
  readonly spec: Spec;
  /** Those that apply with the specification's own parameters, and so get a verdict. */
  readonly scenarios: readonly ScenarioSpec[];
  /** A short name of letters, digits and hyphens, made of the specification's file name. */
  readonly slug: string;
  /** The specification within `assignment`. */
  readonly entry: string;
  /** The specification and all files that it names, below `assignment/`. */
  readonly assignment: readonly PackageFile[];
  /** The grader itself, below `socket-grader/`. */
  readonly program: readonly PackageFile[];
  /** Node for machines that have none, as `node/bin/node`; only where the platform brings none. */
  readonly node: readonly PackageFile[];
  /** Debian packages that the specification's programs need. */
  readonly packages: readonly string[];
  /** File names by which a submission is recognised, as `server.py`. */
  readonly fileNames: readonly string[];
}

/** Something that a platform can't do with a specification. */
export interface Problem {
  readonly what: string;
  readonly fix: string;
  /** It only loses something; the package is made all the same. @default false */
  readonly warning?: true;
}

/** A place where programs are graded: what it asks of a run, and how an assignment is packed for it. */
export interface Platform {
  readonly title: string;
  readonly about: string;
  readonly contract: Contract;
  /** How its package is handed over. */
  readonly form: 'zip' | 'tar' | 'folder';
  /** How well programs are usually kept apart there. */
  readonly level: Report['isolation']['level'];
  /** Bytes of memory that a container has there, when nobody has set another limit. */
  readonly memory?: number;
  /** Where students can read the package itself, nothing in it can be hidden from them. @default false */
  readonly readable?: true;
  /** Whether Node comes along in the package. @default false */
  readonly bringsNode?: true;
  /** What of the contract rests on general knowledge only, and is not proved. */
  readonly unproved?: string;
  files(kit: Kit): readonly PackageFile[];
  /** What else the platform can't do with this specification. @default nothing */
  check?(kit: Kit): readonly Problem[];
  /** What to do with the package, a line each. */
  next(kit: Kit, out: string): readonly string[];
}
