import type { Starvation } from './starvation.ts';
import { FairDeadline } from './waiting.ts';

/**
 * Aborts once the time of a scenario is over, by the clock of its steps: it stands still while the programs are kept from
 * running. Gives the function that ends the watch.
 */
export function limitTime(controller: AbortController, ms: number, starvation: Starvation): () => void {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const watch = async () => {
    const deadline = await FairDeadline.begin(ms, starvation);
    while (!ended) {
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadline.left).unref();
      });
      if (!ended && (await deadline.over())) return controller.abort();
    }
  };
  watch().catch((error) => controller.abort(error));
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
