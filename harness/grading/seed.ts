/** A seed for who does not want a certain one. */
export function anySeed(): string {
  return String(Math.floor(Math.random() * 1e9));
}
