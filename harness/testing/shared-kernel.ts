import { type Kernel, openKernel } from '../kernel/index.ts';

let opened: Promise<Kernel> | undefined;
let close = () => {};
afterAll(() => close());

/**
 * The kernel for all that one test file grades in its own process, as a run has one for all of its scenarios: what this
 * machine shows need not be found out again for each, and no helper is started for each. It stays open to the end.
 */
export function sharedKernel(): Promise<Kernel> {
  opened ??= openKernel().then((kernel) => {
    close = kernel.close.bind(kernel);
    return Object.assign(kernel, { close: () => {} });
  });
  return opened;
}
