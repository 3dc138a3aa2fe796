/**
 * The data that flows through the tool, each type made by one stage and read by the next:
 * Spec → Plan → Trace → Verdict → Report. Everything here is plain, read-only and JSON-safe.
 */

import type { Transport } from './transport.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A place in a text file; line and column count from 1, as editors do. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

// ---------------------------------------------------------------- Spec

/** Where a student sees a scenario: at once, never, after the due date, or once grades are published. */
export type Visibility = 'visible' | 'hidden' | 'after_due_date' | 'after_published';

/** Something to read on. */
export interface Reference {
  readonly title: string;
  /** A manual page, as in `socket(7)`. */
  readonly man?: string;
  readonly url?: string;
}

/** A setting of the assignment that a course may override. */
export interface Param {
  readonly default: Json;
  readonly about?: string;
  /** The only values allowed, when there are only some. */
  readonly choices?: readonly Json[];
}

/** One way to build and start a program; the first whose file is there is used. */
export interface Variant {
  /** A file name or a pattern (`*.py`) that must match exactly one file of the submission. */
  readonly file?: string;
  readonly build?: string;
  readonly run: string;
  /** Run `build` and `run` through `sh -c`. @default false */
  readonly shell?: boolean;
}

/** Which port a program is expected on: one handed to it, whichever it takes, or a fixed number. */
export type PortRule = 'auto' | 'any' | number;

/** When a started program counts as ready for the next step. */
export type Ready = 'listening' | 'none' | { readonly stdout: string } | { readonly after: number };

/** What one start of a program may use; a program that uses more is ended. */
export interface Limits {
  /** Bytes of main memory, of all its processes together. */
  readonly memory: number;
  /** Milliseconds of processor time, of all its processes together, ended ones included. */
  readonly cpu: number;
  /** Processes and threads at a time. */
  readonly processes: number;
  /** Bytes in its folder. */
  readonly disk: number;
  /** Bytes printed. */
  readonly output: number;
  /** Milliseconds from its start on. */
  readonly time: number;
}

export type LimitName = keyof Limits;

export interface ProgramSpec {
  readonly variants: readonly Variant[];
  /** What it talks by. @default 'tcp' */
  readonly transport?: Transport;
  /** The address that it is told, and must be reached at. @default 127.0.0.1, and any that `localhost` may stand for */
  readonly host?: string;
  /** It comes with the assignment and is not judged. */
  readonly helper?: true;
  /** @default 'auto' */
  readonly port: PortRule;
  /** @default 'listening', and 'none' for a program with the name of a client */
  readonly ready: Ready;
  /** Added to the environment, which is otherwise built from nothing. */
  readonly env: { readonly [name: string]: string };
  /** Written to standard input at the start; the pipe stays open unless `stdin_eof`. */
  readonly stdin?: string;
  readonly stdinEof: boolean;
  /** What it may use, where the assignment says. */
  readonly limits?: Partial<Limits>;
  /** Files of the assignment that it finds in its folder, each a payload, over those of the submission. */
  readonly files?: { readonly [name: string]: Json };
  readonly at: Position;
}

/** A step as written: one verb, its arguments normalised to a map but not yet filled in. */
export interface StepSpec {
  readonly verb: string;
  readonly args: JsonObject;
  readonly name?: string;
  readonly hint?: string;
  readonly soft: boolean;
  /** Worth so much by itself: partial credit. */
  readonly points?: number;
  readonly onlyIf?: JsonObject;
  readonly at: Position;
  /** Positions of the arguments, by JSON pointer below the step. */
  readonly positions: { readonly [pointer: string]: Position };
}

/** What programs print when they fail in a certain way, and how to mend it. */
export interface KnownError {
  /** Any of these, upper and lower case alike. */
  readonly text: readonly string[];
  readonly hint: string;
}

export interface ScenarioSpec {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly explain?: string;
  readonly hint?: string;
  readonly references: readonly Reference[];
  /** The assignment's own, which come before those that are always known. */
  readonly knownErrors?: readonly KnownError[];
  readonly visibility: Visibility;
  /** What students read about it where they may not see the scenario itself, when it did not pass. */
  readonly hiddenMessage?: string;
  /** Names to choose scenarios by. */
  readonly tags: readonly string[];
  /** It is not done, for this reason; empty when none was given. */
  readonly skip?: string;
  readonly onlyIf?: JsonObject;
  /** Scenarios that must not have failed, or this one is skipped. */
  readonly requires: readonly string[];
  /** How often a run is tried again, and after what. */
  readonly retries: { readonly times: number; readonly on: 'inconclusive' | 'fail' };
  /** Whether a matrix counts as a whole, or each row its share. */
  readonly scoring: 'whole' | 'by_row';
  /** The rows of its matrix; a single empty one without a matrix. */
  readonly rows: readonly { readonly [name: string]: Json }[];
  /** Upper bound for one run of the scenario, in milliseconds. */
  readonly timeout: number;
  /** What its programs may use, whatever they say themselves. */
  readonly limits?: Partial<Limits>;
  readonly defaults: JsonObject;
  /** Done first; they can fail the scenario as any other step can. */
  readonly setup: readonly StepSpec[];
  readonly steps: readonly StepSpec[];
  /** Run in the end, whatever happened; they never change the verdict. */
  readonly cleanup: readonly StepSpec[];
  readonly at: Position;
}

/** What is taken off for being late. */
export interface LatePolicy {
  /** When it was due, in ISO 8601; without it only what the source tells is known. */
  readonly due?: string;
  /** The zone of times that state none: `Europe/Berlin`, `+01:00`. @default that of `due` */
  readonly zone?: string;
  /** Of the points possible, for each day that has begun since it was due. */
  readonly percentPerDay: number;
  /** How late is not late yet, in milliseconds. @default 0 */
  readonly grace: number;
  /** From here on nothing counts, in milliseconds after it was due. */
  readonly cutOff?: number;
}

/** What the author wrote, validated. */
export interface Spec {
  readonly title: string;
  readonly description?: string;
  readonly latePolicy?: LatePolicy;
  readonly file: string;
  readonly sha256: string;
  readonly params: { readonly [name: string]: Param };
  readonly programs: { readonly [name: string]: ProgramSpec };
  readonly scenarios: readonly ScenarioSpec[];
}

// ---------------------------------------------------------------- Plan

/** One step ready to run; only `{$template: …}` values wait for what the run itself finds out. */
export interface PlanStep {
  readonly index: number;
  readonly verb: string;
  readonly args: JsonObject;
  readonly name?: string;
  readonly hint?: string;
  readonly soft: boolean;
  readonly at: Position;
  readonly points?: number;
  /** Run in the end, whatever happened. */
  readonly cleanup?: true;
  /** Steps with the same number run branch by branch at the same time; they stand together in the plan. */
  readonly parallel?: { readonly number: number; readonly branch: string };
}

/** What bytes that nobody expected mean, after a message that was expected exactly. */
export type Leftover = 'fail' | 'warn' | 'ignore';

/** One runnable row of a scenario. */
export interface Plan {
  readonly scenario: string;
  /** Distinguishes the rows of a matrix, `size=512` for instance; absent without a matrix. */
  readonly row?: string;
  readonly steps: readonly PlanStep[];
  readonly timeout: number;
  readonly seed: string;
  /** @default 'fail' */
  readonly leftover?: Leftover;
  /**
   * Which port of the run each program that listens, and each listener of the grader, has: 0 is the one that all are told
   * otherwise. Absent where there is only that one.
   */
  readonly ports?: { readonly [name: string]: number };
}

/** A specification that is right, with the plans that it comes to: all that grading needs, and plain data. */
export interface Planned {
  readonly spec: Spec;
  /** The rows to run, by scenario; none for a scenario that does not apply with these parameters. */
  readonly plans: ReadonlyMap<string, readonly Plan[]>;
  readonly params: ReadonlyMap<string, Json>;
}

// ---------------------------------------------------------------- Trace

export type StreamName = 'stdout' | 'stderr';

/** Why the harness ended a process; `self` when it ended on its own. */
export type EndReason = 'self' | 'step' | 'teardown' | 'interrupted' | `${LimitName}_limit`;

/** What the kernel said about who listens where. Addresses are in their usual text form. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
}

/** What one thread was doing when it was looked at. */
export interface ThreadState {
  readonly pid: number;
  readonly tid: number;
  /** One letter of proc_pid_stat(5): R running, S sleeping, D disk sleep, T stopped, Z zombie … */
  readonly state: string;
  /** System call it sleeps in, by name, or `unknown`. */
  readonly call?: string;
  /** In words: `recv on the connection "a"`, `read on standard input`. */
  readonly waitsFor?: string;
}

/** A question put to the operating system with its answer. */
export type Observation =
  | {
      readonly what: 'listening';
      readonly program: string;
      readonly state: ReadyState;
      readonly listeners: readonly Listener[];
      readonly port: number | null;
      /** The port that it was told, where the one that it listens on has the same two bytes the other way round. */
      readonly swappedFrom?: number;
      readonly detail?: string;
    }
  | {
      readonly what: 'blocked';
      readonly program: string;
      readonly in: string;
      readonly on?: string;
      readonly state: BlockedState;
      /** The socket is in non-blocking mode; absent where that is not known. */
      readonly nonBlocking?: boolean;
      readonly share: number;
      readonly window: number;
      readonly threads: readonly ThreadState[];
      readonly detail?: string;
    }
  | {
      readonly what: 'unread';
      readonly conn: string;
      readonly bytes: number | null;
      readonly accepted: boolean;
      readonly fin: boolean;
    }
  | {
      readonly what: 'port';
      readonly port: number;
      readonly state: PortState;
      /** Old connections on the port that are in TIME_WAIT. */
      readonly timeWait: number;
      readonly listeners: readonly Listener[];
      /** Whether a program that was asked about holds one of these sockets; null where that can't be seen. */
      readonly owned?: boolean | null;
      readonly detail?: string;
    }
  | {
      readonly what: 'activity';
      readonly program: string;
      readonly alive: boolean;
      readonly share: number;
      readonly threads: readonly ThreadState[];
      /** Bytes of our connections that the program had not read, by their names. */
      readonly unread: { readonly [conn: string]: number };
      /** Our connections that wait in the queue of the listening socket, not accepted. */
      readonly queued?: readonly string[];
      /** The calls that a busy program was caught in, most often first. */
      readonly busyIn?: readonly string[];
    }
  /** Who can be reached on a port that a step names; null where it is no program of this run. */
  | { readonly what: 'owner'; readonly port: number; readonly program: string | null }
  /** What the kernel says of a UDP socket of a program and of ours that talk to each other. */
  | {
      readonly what: 'datagrams';
      readonly conn?: string;
      readonly port: number;
      /** `connected`: it takes datagrams of one peer only. */
      readonly socket: 'bound' | 'connected' | 'none' | 'unseen';
      /** The peer of a connected one. */
      readonly peer?: number;
      readonly unread: boolean;
      /** Lost since the program's queue was full. */
      readonly drops: number;
      /** Lost since ours was. */
      readonly ownDrops: number;
      /** Datagrams to ports where nothing was bound, since the step began; null where others may have sent them. */
      readonly noPort: number | null;
    }
  /** Signals that a program has installed handlers for, as far as they matter. */
  | { readonly what: 'signals'; readonly program: string; readonly caught: readonly string[] }
  /** Processes that go on after the first process of a program has ended by itself. */
  | { readonly what: 'left_running'; readonly program: string; readonly processes: number }
  | { readonly what: 'bind_trial'; readonly port: number; readonly works: boolean; readonly detail?: string }
  /** Tried on sockets of the harness: this system lets anybody bind a port in TIME_WAIT, so a restart proves nothing. */
  | { readonly what: 'no_ban'; readonly port: number }
  /** What is set on a socket that listens: SO_REUSEADDR and SO_REUSEPORT. */
  | { readonly what: 'reuse'; readonly port: number; readonly address: boolean; readonly sharedPort: boolean }
  /** The old connections were gone by the time that the program listened again, so its restart proves nothing. */
  | { readonly what: 'time_wait_over'; readonly port: number }
  /** A restart that failed, tried once more after the port was cleared of its old connections. */
  | {
      readonly what: 'control_start';
      readonly program: string;
      readonly port: number;
      readonly listens: boolean;
      /** SO_REUSEADDR is set on the socket that it listens with; absent where that can't be read. */
      readonly reuseAddress?: boolean;
    }
  /** A program that ended after it had been stopped and continued: started anew, and stopped and continued for nothing; null when that could not be done. */
  | { readonly what: 'stop_trial'; readonly program: string; readonly ended: boolean | null }
  | { readonly what: 'stopped'; readonly program: string; readonly stopped: boolean };

/** How waiting for a program to be ready ended. */
export type ReadyState =
  | 'listening'
  | 'exited'
  | 'other_port'
  | 'swapped_port'
  | 'other_address'
  | 'port_taken'
  | 'leftover_child'
  | 'udp'
  | 'tcp'
  | 'waits_on_stdin'
  | 'no_listen'
  | 'idle'
  | 'starting'
  | 'not_started'
  | 'ready'
  | 'unseen';

/** What a program that should be blocked was seen to do. `unseen`: the system does not tell. */
export type BlockedState =
  | 'blocked'
  | 'spinning'
  | 'polling'
  | 'elsewhere'
  | 'exited'
  | 'closed'
  | 'not_accepted'
  | 'unseen';

export type PortState = 'free' | 'listening' | 'time_wait' | 'in_use' | 'unseen';

type EventBody =
  | {
      readonly type: 'step_begin';
      readonly step: number;
      /** Its name, else its verb. */
      readonly title?: string;
    }
  | {
      readonly type: 'step_end';
      readonly step: number;
      readonly timedOut: boolean;
      /** The wait ended early because the program had provably come to rest. */
      readonly rested: boolean;
      /** Milliseconds that the deadline stood still because the program was runnable but had no core. */
      readonly granted: number;
      /** Time was up although that was for longer than can be granted. */
      readonly starved?: boolean;
    }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'variable'; readonly name: string; readonly value: string }
  | {
      readonly type: 'process_start';
      readonly program: string;
      readonly instance: number;
      readonly pid: number;
      readonly argv: readonly string[];
      /** The folder that it runs in; left out where its output is shown. */
      readonly cwd: string;
      readonly port: number | null;
      /** The address that it must be reached at. */
      readonly host?: string;
      /** @default 'tcp' */
      readonly transport?: Transport;
      /** Isolation refuses it some system calls. */
      readonly filtered?: true;
      /** Source files of the submission, which tell the language of a compiled program. */
      readonly sources?: readonly string[];
    }
  | {
      readonly type: 'process_error';
      readonly program: string;
      readonly instance: number;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly type: 'output';
      readonly program: string;
      readonly instance: number;
      readonly stream: StreamName;
      readonly offset: number;
      readonly length: number;
    }
  | {
      readonly type: 'signal';
      readonly program: string;
      readonly instance: number;
      readonly signal: string;
      readonly reason: EndReason;
    }
  | {
      readonly type: 'process_exit';
      readonly program: string;
      readonly instance: number;
      readonly code: number | null;
      readonly signal: string | null;
      readonly reason: EndReason;
    }
  /** Isolation refused a system call to a process of a program, seen by the first process of its sandbox. */
  | {
      readonly type: 'refused';
      readonly program: string;
      readonly instance: number;
      readonly call: string;
      /** The error that the call failed with. */
      readonly error: string;
      /** The process that made it, by its number in the sandbox, and its name. */
      readonly pid: number;
      readonly process: string;
    }
  /** A program used more than it may, and is ended for that. */
  | {
      readonly type: 'limit';
      readonly program: string;
      readonly instance: number;
      readonly limit: LimitName;
      /** In the unit of the limit. */
      readonly allowed: number;
    }
  | {
      readonly type: 'connect';
      readonly conn: string;
      /** The one that it is to lead to. */
      readonly program?: string;
      readonly host: string;
      readonly port: number;
      /** @default 'tcp' */
      readonly transport?: Transport;
    }
  | { readonly type: 'connected'; readonly conn: string; readonly localPort: number }
  | { readonly type: 'connect_error'; readonly conn: string; readonly code: string }
  /** The harness itself listens, for a program that is a client. */
  | {
      readonly type: 'listening';
      readonly listener: string;
      readonly port: number;
      /** @default 'tcp' */
      readonly transport?: Transport;
    }
  | {
      readonly type: 'listen_error';
      readonly listener: string;
      readonly port: number;
      readonly code: string;
    }
  /** The harness does not listen there any more. */
  | { readonly type: 'unlistened'; readonly listener: string }
  /** A program connected to the harness; `number` counts from 1. Nothing is read before it is accepted. */
  | {
      readonly type: 'arrived';
      readonly listener: string;
      readonly number: number;
      readonly remotePort: number;
    }
  /** A connection that arrived got its name, and is read from now on. */
  | {
      readonly type: 'accepted';
      readonly conn: string;
      readonly listener: string;
      readonly number: number;
      readonly localPort: number;
      /** @default 'tcp' */
      readonly transport?: Transport;
    }
  /** Bytes given to a program on its standard input. */
  | {
      readonly type: 'input';
      readonly program: string;
      readonly instance: number;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly type: 'input_end'; readonly program: string; readonly instance: number }
  | { readonly type: 'sent'; readonly conn: string; readonly offset: number; readonly length: number }
  | { readonly type: 'received'; readonly conn: string; readonly offset: number; readonly length: number }
  /** A datagram that came to a connection of ours from elsewhere than where it leads. */
  | {
      readonly type: 'stray';
      readonly conn: string;
      readonly address: string;
      readonly port: number;
      readonly offset: number;
      readonly length: number;
    }
  | {
      readonly type: 'eof';
      readonly conn: string /** FIN is an orderly end, RST an abort; `unknown` where the system does not tell. */;
      readonly by: 'fin' | 'rst' | 'unknown';
    }
  | { readonly type: 'conn_error'; readonly conn: string; readonly code: string }
  | {
      readonly type: 'local_close';
      readonly conn: string;
      readonly how: 'half_close' | 'close' | 'reset';
      /** Of a close: so many bytes had come and were not read, so the kernel sent RST and not FIN. */
      readonly unread?: number;
    }
  | { readonly type: 'observed'; readonly observation: Observation }
  | {
      readonly type: 'late' /** The grader stood still for so many milliseconds; who has a clock may have given up. */;
      readonly ms: number;
    }
  | {
      readonly type: 'trouble' /** The harness, not the student, could not do something. */;
      readonly because: InconclusiveReason;
      readonly message: string;
    };

/** Something that happened; `t` is milliseconds since the run began, from one monotonic clock. */
export type TraceEvent = EventBody & {
  readonly t: number;
  /** The step that it belongs to, where several run at the same time. */
  readonly of?: number;
};
export type NewTraceEvent = EventBody;

/** The bytes of one direction of a connection or of one output stream. */
export interface Stream {
  /** Everything that went through, kept or not. */
  readonly length: number;
  /** The first bytes, up to the cap. */
  readonly base64: string;
  readonly kept: number;
  readonly sha256: string;
}

/** What happened in one run of one plan. Streams are named `a.received`, `a.sent`, `a.stray`, `server#1.stdout`, `server#1.stdin`. */
export interface Trace {
  readonly events: readonly TraceEvent[];
  readonly streams: { readonly [name: string]: Stream };
  readonly durationMs: number;
}

// ---------------------------------------------------------------- Verdict

export type Status = 'pass' | 'fail' | 'inconclusive' | 'skip';

/** Why there is no verdict: something was not as the scenario needs it, not seen, disturbed, broken in the harness, or not in a recording that is judged again. */
export type InconclusiveReason =
  | 'precondition'
  | 'capability'
  | 'interference'
  | 'interrupted'
  | 'harness'
  | 'not_recorded';

/** What went wrong, as a type that hints and reports can rely on. */
export type Cause =
  | 'build_failed'
  | 'start_failed'
  | 'exited'
  | 'ended_by_stop'
  | 'crashed'
  | 'not_listening'
  | 'other_port'
  | 'swapped_port'
  | 'other_address'
  | 'port_taken'
  | 'leftover_child'
  | 'udp'
  | 'tcp'
  | 'waits_on_stdin'
  | 'no_listen'
  | 'idle'
  | 'no_reuseaddr'
  | 'late_reuseaddr'
  | 'accepted_reuseaddr'
  | 'port_lost'
  | 'refused'
  | 'connect_timeout'
  | 'connect_error'
  | 'not_connected'
  | 'not_refused'
  | 'nothing_received'
  | 'missing_newline'
  | 'extra_newline'
  | 'crlf'
  | 'lf'
  | 'trailing_nul'
  | 'cut_at_nul'
  | 'utf16'
  | 'decoded'
  | 'truncated'
  | 'duplicated'
  | 'extra_bytes'
  | 'different'
  | 'different_case'
  | 'spaces'
  | 'too_short'
  | 'too_long'
  | 'no_match'
  | 'early_close'
  | 'early_reset'
  | 'not_closed'
  | 'closed_by_reset'
  | 'closed_by_fin'
  | 'unexpected_bytes'
  | 'wrong_client'
  | 'unexpected_connection'
  /** A datagram came from, or went to, another port than the one that it was to. */
  | 'wrong_port'
  /** The program has connected its UDP socket to somebody else. */
  | 'wrong_peer'
  | 'tcp'
  | 'bad_http'
  | 'http_status'
  | 'http_header'
  | 'http_length'
  | 'bad_length'
  /** What the program sent can't be used where the scenario uses it, as a port for instance. */
  | 'bad_value'
  | 'send_failed'
  | 'not_read'
  | 'spinning'
  | 'polling'
  | 'not_blocked'
  | 'not_accepted'
  | 'not_exited'
  | 'wrong_exit'
  | 'not_printed'
  | 'state'
  | 'time_limit'
  | 'memory_limit'
  | 'cpu_limit'
  | 'processes_limit'
  | 'disk_limit'
  | 'output_limit'
  | 'lifetime_limit'
  | 'required_failed'
  | 'unprotected'
  | 'unknown';

export interface StepRef {
  readonly index: number;
  readonly verb: string;
  readonly name?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Bytes as a person reads them: escaped and cut, with the whole in base64 when it is short. */
export interface BytesView {
  readonly text: string;
  readonly length: number;
  readonly base64?: string;
}

export interface Finding {
  /** The earliest step where things went wrong; absent when the program could not be built. */
  readonly step?: StepRef;
  readonly row?: string;
  readonly cause: Cause;
  /** Set when the finding is no fault of the student: why nothing can be said. */
  readonly because?: InconclusiveReason;
  /** One sentence that stands alone. */
  readonly summary: string;
  readonly expected?: string;
  readonly actual?: string;
  /** What was seen, a fact a line. */
  readonly evidence: readonly string[];
  readonly hint?: string;
  /** The row of the table of causes that was recognised. */
  readonly detail?: string;
  /** A remark: it does not change the verdict. */
  readonly remark?: true;
  /** Index of the trace event that shows it. */
  readonly event?: number;
}

/** What one step that has points of its own came to. */
export interface Credit {
  readonly line: number;
  readonly column: number;
  readonly points: number;
  readonly earned: boolean;
}

/** One run of one row: its status, what was found, and what happened. */
export interface RunVerdict {
  readonly row?: string;
  readonly attempt: number;
  readonly status: Status;
  readonly findings: readonly Finding[];
  /** Present where steps have points of their own. */
  readonly credits?: readonly Credit[];
  readonly trace: Trace;
  /** How many observations a second witness confirmed. */
  readonly confirmed?: number;
}

export interface Verdict {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  /** All or nothing, or the sum of the steps (or rows) that passed. */
  readonly points: number;
  readonly maxPoints: number;
  readonly visibility: Visibility;
  /** What students read where they may not see the rest of a scenario that did not pass. */
  readonly hiddenMessage?: string;
  readonly attempts: number;
  /** It passed only when it was tried again. */
  readonly flaky: boolean;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
  readonly explain?: string;
  readonly references: readonly Reference[];
  readonly runs: readonly RunVerdict[];
}

// ---------------------------------------------------------------- Report

export interface BuildResult {
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly output: string;
}

export interface Report {
  readonly schema: 'socket-grader/report/v1';
  readonly grader: { readonly version: string };
  readonly spec: { readonly title: string; readonly file: string; readonly sha256: string };
  readonly submission: {
    readonly id: string;
    readonly path: string;
    readonly sha256: string;
    readonly run: { readonly [program: string]: string };
    /** Files that could have been the program as well, in another language for instance. */
    readonly unused?: readonly string[];
  };
  readonly host: {
    readonly platform: string;
    readonly node: string;
    readonly cores: number;
    readonly evidence: 'kernel' | 'portable';
    readonly unseen: readonly string[];
  };
  readonly isolation: { readonly level: 'none' | 'uid' | 'full'; readonly lost: readonly string[] };
  readonly startedAt: string;
  readonly durationMs: number;
  readonly seed: string;
  /** Settings of the assignment that were given for this run. */
  readonly params?: { readonly [name: string]: string };
  readonly points: number;
  readonly maxPoints: number;
  /** It came late: so much of the points possible is taken off; `points` are those before. */
  readonly late?: {
    readonly percent: number;
    readonly summary: string;
    /** The points of this report are not all that count, so what is taken off is not all either. */
    readonly partial?: true;
  };
  /** Points that people have given instead; `points` and all verdicts are the grader's own. */
  readonly overrides?: readonly {
    /** @default the grade as a whole */
    readonly scenario?: string;
    readonly points: number;
    readonly maxPoints: number;
    /** For the student. */
    readonly comment: string;
    /** Who decided, and when. */
    readonly by?: string;
    readonly at?: string;
  }[];
  /** fail when a scenario failed, else inconclusive when one was, else pass. */
  readonly status: Status;
  readonly interrupted: boolean;
  readonly build?: readonly BuildResult[];
  readonly scenarios: readonly Verdict[];
}
