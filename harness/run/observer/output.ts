import { decider } from '../../match/frame.ts';
import type { Matcher } from '../../match/matcher.ts';
import type { ObserverScene } from './scene.ts';

/** Waits until what a program printed matches, the program has ended, or waiting on is in vain. */
export async function output(
  scene: ObserverScene,
  program: string,
  stream: 'stdout' | 'stderr' | 'printed',
  matcher: Matcher,
  within: number,
  hopeless: () => Promise<boolean>,
): Promise<void> {
  const { view } = scene.recorder;
  const streams = stream === 'printed' ? (['stdout', 'stderr'] as const) : [stream];
  const deciders = streams.map((name) => [name, decider({ kind: 'match' }, matcher)] as const);
  const decided = () => {
    const instance = view.instance(program);
    const ended = scene.programs.drained(program);
    return (
      !instance ||
      ended ||
      deciders.some(([name, decideOn]) => {
        const bytes = instance[name].from(0);
        return decideOn({ bytes, ended: false, over: false, idle: false }).state === 'match';
      })
    );
  };
  await scene.waiting().until(decided, within, hopeless);
}
