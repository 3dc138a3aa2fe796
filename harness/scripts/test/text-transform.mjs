// What Jest makes of a text file that is imported: the same module as the build makes.
import { textModule } from '../text-modules.mjs';

export default { process: (text) => ({ code: textModule(text) }) };
