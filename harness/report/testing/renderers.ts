import { FORMATS, type Renderer } from '../formats/index.ts';

/** What writes each format, by its name. */
export const RENDERERS: Record<string, Renderer> = {};
// One after another: Jest does not bear several imports at a time.
for (const [name, format] of Object.entries(FORMATS)) RENDERERS[name] = await format.load();
