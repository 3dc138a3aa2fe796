import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, fchmodSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** Our ends of a program's standard streams. */
export interface StandardStreams {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** Standard streams for a program that is about to be started. */
interface Reserved {
  /** What the program gets as 0, 1 and 2, as spawn() takes it. */
  readonly stdio: readonly (number | 'pipe')[];
  /** Closes the program's ends here, once it has them; `made` are the streams that spawn() made for these. */
  handedOver(made: readonly unknown[]): StandardStreams;
  /** Closes all ends: nothing was started. */
  discard(): void;
}

/** Does something with the privilege that is given up at other times. */
export type Around = <T>(start: () => T) => T;

/** So many pipes are made at a time, and more are made once so few are left. */
const BATCH = 48;
const FEW = 6;

/**
 * Node can't call pipe(2), and gives its children Unix sockets, which nobody can open by /dev/stdin. A FIFO is no way out:
 * opening one waits for the other end. So a helper makes the pipes; they are opened through its descriptors, see
 * proc_pid_fd(5), and outlive it.
 */
const HELPER = `
for (0..$ARGV[0]-1) { pipe($ends[2*$_], $ends[2*$_+1]) or exit 1 }
$| = 1;
print join(' ', map { fileno($ends[2*$_]) } 0..$ARGV[0]-1), "\\n";
<STDIN>;
`;

/** Descriptors of pipes that are not used yet, each open in both directions. */
const spare: number[] = [];
let making: Promise<void> | undefined;
let possible = process.platform === 'linux';

/** Makes pipes ahead of the first start, unless there are enough. Where there is no way to have them, nothing happens. */
export async function makePipes(around: Around = (start) => start()): Promise<void> {
  if (!possible || spare.length >= FEW) return;
  making ??= make(around)
    .catch(() => {
      possible = false;
    })
    .finally(() => {
      making = undefined;
    });
  await making;
}

async function make(around: Around): Promise<void> {
  const helper = around(() =>
    spawn('perl', ['-e', HELPER, '--', String(BATCH)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      cwd: '/',
    }),
  );
  try {
    const numbers = await firstLine(helper);
    around(() => {
      for (const number of numbers.split(' ')) {
        const pipe = openSync(`/proc/${helper.pid}/fd/${number}`, constants.O_RDWR | constants.O_NONBLOCK);
        // Whoever the program runs as may open its own streams again; nobody else has a way to them.
        fchmodSync(pipe, 0o666);
        spare.push(pipe);
      }
    });
  } finally {
    helper.stdin?.destroy();
  }
}

function firstLine(helper: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    helper.stdin?.on('error', () => {});
    helper.once('error', reject);
    helper.once('close', () => reject(new Error('no pipes')));
    helper.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (text.endsWith('\n')) resolve(text.trim());
    });
  });
}

/** Pipes for the standard streams of one program; Unix sockets where those can't be had. */
export async function standardStreams(around?: Around): Promise<Reserved> {
  while (possible && spare.length < 3) await makePipes(around);
  if (!possible) return SOCKETS;
  const [input, output, errors] = [take('write'), take('read'), take('read')];
  if (spare.length < FEW) void makePipes(around);
  const close = (ends: readonly number[]) => {
    for (const end of ends) closeSync(end);
  };
  const theirs = [input, output, errors].map((pipe) => pipe.theirs);
  return {
    stdio: theirs,
    handedOver() {
      close(theirs);
      return {
        stdin: new Socket({ fd: input.ours, readable: false, writable: true }),
        stdout: new Socket({ fd: output.ours, readable: true, writable: false }),
        stderr: new Socket({ fd: errors.ours, readable: true, writable: false }),
      };
    },
    discard: () => close([input, output, errors].flatMap(({ ours, theirs }) => [ours, theirs])),
  };
}

const SOCKETS: Reserved = {
  stdio: ['pipe', 'pipe', 'pipe'],
  handedOver(made) {
    const [stdin, stdout, stderr] = made as readonly Socket[];
    if (!stdin || !stdout || !stderr) throw new Error('no standard streams');
    return { stdin, stdout, stderr };
  },
  discard: () => {},
};

/** Opens both ends of a pipe anew, for the program as any other process would have it: blocking, in one direction. */
function take(how: 'read' | 'write'): { ours: number; theirs: number } {
  const pipe = spare.pop() ?? -1;
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
  const [our, their] = how === 'read' ? [O_RDONLY, O_WRONLY] : [O_WRONLY, O_RDONLY];
  const ours = openSync(`/proc/self/fd/${pipe}`, our | O_NONBLOCK);
  const theirs = openSync(`/proc/self/fd/${pipe}`, their);
  closeSync(pipe);
  return { ours, theirs };
}
