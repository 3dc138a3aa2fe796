/** "97 %". */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** "200 ms", "2 s". */
export function milliseconds(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms)} ms`;
}
