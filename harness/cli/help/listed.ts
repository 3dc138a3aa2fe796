/** Names separated by commas, in lines of at most 80 columns that begin with some spaces. */
export function listed(names: readonly string[], indent: number): string {
  const lines: string[] = [];
  for (const [at, name] of names.entries()) {
    const text = at < names.length - 1 ? `${name},` : name;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= 80)
      lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(`${' '.repeat(indent)}${text}`);
  }
  return `${lines.join('\n')}\n`;
}
