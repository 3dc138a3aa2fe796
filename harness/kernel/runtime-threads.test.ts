import { IdleWatch, openKernel } from './index.ts';
import { commandOf } from './testing/languages.ts';
import { endAll, hasCommand, launch, removeScratch, within } from './testing/launch.ts';
import { poll } from './time.ts';
import type { ThreadObservation } from './types.ts';

const kernel = await openKernel();
const onJava = kernel.can.calls && hasCommand('javac') ? describe : describe.skip;

afterEach(() => endAll(kernel));
afterAll(() => {
  kernel.close();
  removeScratch();
});

function java(body: string) {
  const source = `public class Server {
  static void park() { Object o = new Object(); synchronized (o) { while (true) try { o.wait(); } catch (InterruptedException e) {} } }
  public static void main(String[] a) throws Exception { ${body} }
}`;
  const [command, ...args] = commandOf('java', source);
  return launch(command, args);
}

/** Threads of the program itself, once there are so many and all of them do as asked. */
function ownThreads(
  ref: ReturnType<typeof launch>['ref'],
  test: (threads: readonly ThreadObservation[]) => boolean,
) {
  const ask = async () => {
    const own = (await kernel.threads(ref())).filter(({ service }) => !service);
    return test(own) ? own : null;
  };
  return poll(ask, { ...within(60_000), everyMs: 10 });
}

onJava('the threads of a Java virtual machine', () => {
  test('do not count: a program that waits for ever is at rest', async () => {
    const { ref } = java('park();');
    const own = await ownThreads(ref, (threads) => threads.length === 1 && threads[0]?.call === 'futex');
    expect(own).toHaveLength(1);
    const idle = new IdleWatch(kernel, ref);
    expect(await poll(async () => (await idle.observed()) || null, { ...within(60_000), everyMs: 20 })).toBe(
      true,
    );
  });

  test.each([
    ['that computes', 'new Thread(() -> { long n = 0; while (true) n++; }).start(); park();'],
    [
      'that computes under a borrowed name',
      'new Thread(() -> { long n = 0; while (true) n++; }, "GC Thread#9").start(); park();',
    ],
    [
      'that sleeps for a time',
      'new Thread(() -> { while (true) try { Thread.sleep(5000); } catch (InterruptedException e) {} }).start(); park();',
    ],
  ])('do not hide a thread of the program %s: it is not at rest', async (_, body) => {
    const { ref } = java(body);
    await ownThreads(ref, (threads) => threads.some(({ call }) => call === 'futex'));
    const idle = new IdleWatch(kernel, ref);
    const until = performance.now() + 1500;
    while (performance.now() < until) {
      expect(await idle.observed()).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});
