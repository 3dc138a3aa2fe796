export { percent } from '../model/percent.ts';

/** To two decimals, as points are given: sums of them are off by what binary numbers can't hold. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/** "200 ms", "2 s". */
export function milliseconds(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms)} ms`;
}
