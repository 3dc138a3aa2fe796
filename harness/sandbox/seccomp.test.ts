import { defined } from '../base/defined.ts';
import { refusedCalls, seccompFilters } from './seccomp.ts';
import { AUDIT, NEWER, NUMBERS } from './system-calls.ts';

const ALLOW = 0x7fff0000;
const NOTIFY = 0x7fc00000;
const errno = (number: number) => 0x00050000 | number;

/** Runs a filter as the kernel does: an accumulator, loads, jumps and returns; see bpf(4). */
function verdict(
  filter: Buffer,
  call: { audit: number; number: number; argument?: number; second?: bigint },
): number {
  const data = new Map([
    [0, call.number],
    [4, call.audit],
    [16, call.argument ?? 0],
    [24, Number((call.second ?? 0n) & 0xffff_ffffn)],
    [28, Number((call.second ?? 0n) >> 32n)],
  ]);
  let value = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const code = filter.readUInt16LE(at);
    const [yes, no, k] = [filter.readUInt8(at + 2), filter.readUInt8(at + 3), filter.readUInt32LE(at + 4)];
    const jump = (holds: boolean) => {
      at += 8 * (holds ? yes : no);
    };
    if (code === 0x20) value = data.get(k) ?? 0;
    else if (code === 0x15) jump(value === k);
    else if (code === 0x35) jump(value >= k);
    else if (code === 0x45) jump((value & k) !== 0);
    else if (code === 0x06) return k;
    else throw new Error(`instruction ${code}`);
  }
  throw new Error('the filter has no end');
}

describe.each(['x64', 'arm64'] as const)('the filter for %s', (architecture) => {
  const both = seccompFilters(architecture) ?? Buffer.alloc(0);
  const filter = both.subarray(both.length / 2);
  const notifying = both.subarray(0, both.length / 2);
  const numbers = NUMBERS[architecture];
  const ask = (number: number, argument?: number) =>
    verdict(filter, { audit: AUDIT[architecture], number, ...defined({ argument }) });

  test.each([
    ['AF_UNIX', 1, ALLOW],
    ['AF_INET', 2, ALLOW],
    ['AF_INET6', 10, ALLOW],
    ['AF_NETLINK', 16, ALLOW],
    ['AF_PACKET', 17, errno(97)],
    ['AF_ALG', 38, errno(97)],
    ['AF_VSOCK', 40, errno(97)],
  ])('%s', (_, family, answer) => {
    expect(ask(numbers.socket, family)).toBe(answer);
  });

  test('threads and processes may be made, namespaces not', () => {
    expect(ask(numbers.clone, 0x003d0f00)).toBe(ALLOW);
    expect(ask(numbers.clone, 0x01200011)).toBe(ALLOW);
    expect(ask(numbers.clone, 0x10000011)).toBe(errno(1));
    expect(ask(numbers.unshare)).toBe(errno(1));
    expect(ask(NEWER.clone3)).toBe(errno(38));
  });

  test('memory that nobody sees and io_uring are not known', () => {
    for (const number of [numbers.memfd_create, NEWER.io_uring_setup, NEWER.memfd_secret])
      expect(ask(number)).toBe(errno(38));
  });

  test('whoever listens hears of each refused call, but for those that every thread tries', () => {
    const answer = (number: number, argument = 0x7e020000) =>
      verdict(notifying, { audit: AUDIT[architecture], number, argument, second: 1n << 40n });
    for (const { number } of refusedCalls(architecture)) expect(answer(number)).toBe(NOTIFY);
    expect(answer(NEWER.clone3)).toBe(errno(38));
    expect([1, 3, 63, 64].map((number) => answer(number))).toEqual(Array(4).fill(ALLOW));
  });

  test('segments of shared memory are small', () => {
    const segment = (second: bigint) =>
      verdict(filter, { audit: AUDIT[architecture], number: numbers.shmget, second });
    expect([0n, 4n, 65_536n].map(segment)).toEqual([ALLOW, ALLOW, ALLOW]);
    expect([65_537n, 1n << 31n, 1n << 32n, (1n << 32n) + 4n].map(segment)).toEqual(Array(4).fill(errno(38)));
  });

  test('asynchronous input and output has few slots at a time', () => {
    expect([1, 128, 1024].map((events) => ask(numbers.io_setup, events))).toEqual(Array(3).fill(ALLOW));
    // Whoever listens counts them.
    const answer = (argument: number) =>
      verdict(notifying, { audit: AUDIT[architecture], number: numbers.io_setup, argument });
    expect([1, 1024].map(answer)).toEqual([NOTIFY, NOTIFY]);
    expect([1025, 60_000].map((events) => ask(numbers.io_setup, events))).toEqual(Array(2).fill(errno(11)));
  });

  test('what is ordinary passes, what is of another processor does not', () => {
    for (const number of [0, 1, 3, 63, 64]) expect(ask(number)).toBe(ALLOW);
    expect(verdict(filter, { audit: 0x40000003, number: 1 })).toBe(errno(38));
  });
});

test('calls of the x32 interface are not known, and neither is another processor', () => {
  const both = seccompFilters('x64') ?? Buffer.alloc(0);
  const filter = both.subarray(both.length / 2);
  expect(verdict(filter, { audit: AUDIT.x64, number: 0x40000000 })).toBe(errno(38));
  expect(seccompFilters('mips')).toBeUndefined();
});
