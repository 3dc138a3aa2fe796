import type { InconclusiveReason } from './cause.ts';
import type { LinkDirection, LinkEffect, LinkRule } from './link.ts';
import type { Observation } from './observations/index.ts';
import type { LimitName } from './spec.ts';
import type { Transport } from './transport.ts';

export type StreamName = 'stdout' | 'stderr';

/** Why the harness ended a process; `self` when it ended on its own. */
export type EndReason = 'self' | 'step' | 'teardown' | 'interrupted' | `${LimitName}_limit`;

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
      /** It comes with the assignment. */
      readonly helper?: true;
      /** The address that it must be reached at. */
      readonly host?: string;
      /** @default 'tcp' */
      readonly transport?: Transport;
      /** Isolation refuses it some system calls. */
      readonly filtered?: true;
      /** Source files of the submission, which tell the language of a compiled program. */
      readonly sources?: readonly string[];
      /** What the submission wants to have installed, and the list that says so. */
      readonly packages?: { readonly list: string; readonly names: readonly string[] };
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
  /** A file in a program's folder as it was found: its bytes, or why there are none. */
  | {
      readonly type: 'file';
      readonly program: string;
      readonly instance: number;
      readonly name: string;
      readonly found: 'file' | 'missing' | 'other' | 'too_large' | 'unreadable';
      /** Other files that it has written, where this one is missing. */
      readonly others?: readonly string[];
      readonly offset: number;
      readonly length: number;
    }
  /** A source file of what was handed in; `found` as of a file. */
  | {
      readonly type: 'source';
      readonly name: string;
      readonly found: 'file' | 'missing' | 'other' | 'too_large' | 'unreadable';
      readonly offset: number;
      readonly length: number;
    }
  /** What a checker of the course said at the end of a step, or why it has no answer. */
  | ({ readonly type: 'checked' } & (
      | { readonly pass: boolean; readonly message?: string; readonly hint?: string }
      | { readonly problem: string }
    ))
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
  /** A connection goes on encrypted: what the handshake agreed on. */
  | {
      readonly type: 'secured';
      readonly conn: string;
      readonly protocol: string;
      readonly cipher: string;
      /** Chosen by ALPN; null without. */
      readonly alpn: string | null;
      /** Why the program's certificate is not to be trusted, by OpenSSL's name; null when it is. */
      readonly problem: string | null;
    }
  /** A handshake failed, with the error of OpenSSL or of the system; `ETIMEDOUT` when the program did not answer. */
  | { readonly type: 'tls_error'; readonly conn: string; readonly code: string }
  /** From here on a connection, or all on a listener, go through a bad link. */
  | { readonly type: 'linked'; readonly on: string; readonly rule: LinkRule }
  /** A message that came while the grader served: the rule that it fits, by its number from 0; null when it fits none. */
  | {
      readonly type: 'rule';
      readonly conn: string;
      readonly rule: number | null;
      readonly name?: string;
      /** Why nothing could be made of the message. */
      readonly problem?: string;
      /** Of the message, with what ends it. */
      readonly bytes: number;
    }
  /** What a link did to one datagram, or piece of a stream, by its number in its direction; `on` as in `linked`. */
  | {
      readonly type: 'link';
      readonly on: string;
      readonly direction: LinkDirection;
      readonly number: number;
      readonly did: LinkEffect;
      /** Of a delay. */
      readonly ms?: number;
      readonly length: number;
    }
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

/** What happened in one run of one plan. Streams are named `a.received`, `a.sent`, `a.stray`, `server#1.stdout`, `server#1.stdin`, `client#1.file/out.txt`. */
export interface Trace {
  readonly events: readonly TraceEvent[];
  readonly streams: { readonly [name: string]: Stream };
  readonly durationMs: number;
}
