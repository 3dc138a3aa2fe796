import { plainLine } from '../base/plain.ts';

/** Text that shows as it is: no markup, no HTML, and no mention or reference of anyone. */
export function prose(text: string): string {
  return plainLine(text, 200)
    .replace(/[\\`*_{}[\]<>#|~!&:@.$]/g, '\\$&')
    .replace(/[@#]/g, '$&\u200b');
}

/** Lines as a block of code, whatever backticks are in them. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}\n`;
}
