import { placeFile } from './place-file.ts';
import { LOST, type Sandbox } from './sandbox.ts';
import type { Scratch } from './scratch.ts';
import { copyTree } from './tree/copy-tree.ts';
import { removeTree } from './tree/remove-tree.ts';
import { inSlices } from './tree/steps.ts';
import { treeSize } from './tree/tree-size.ts';

/** No isolation: programs run as whoever grades. */
export function noSandbox(scratch: Scratch): Sandbox {
  let count = 0;
  return {
    level: 'none',
    lost: LOST.none,
    async lease() {
      count += 1;
      const folder = await scratch.folder(`run-${count}`);
      return {
        path: folder,
        fill: (source, options) => inSlices(copyTree(source, folder, options)),
        place: (name, bytes) => placeFile(folder, name, bytes),
        handOver: async () => {},
        takeBack: (most) => inSlices(treeSize(folder, most, { own: true })),
        // What can't be removed yet goes with the scratch folder.
        release: () => inSlices(removeTree(folder)).catch(() => {}),
      };
    },
    forProgram: () => undefined,
    readable: async (files) => files,
    clear: async () => true,
    enter: () => {},
    leave: async () => {},
  };
}
