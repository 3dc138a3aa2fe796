export { percent } from '../model/percent.ts';

/** "200 ms", "2 s". */
export function milliseconds(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms)} ms`;
}
