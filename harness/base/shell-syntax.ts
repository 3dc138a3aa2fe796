/** Words that only a shell understands: operators, redirections, substitutions, `~` and variables. */
const OPERATOR = /^(?:&&|\|\||\||;|&|\d*(?:>>?|<<?)(?:&\d|.*)?)$/;
const EXPANSION = /\$\(|`|\$[A-Za-z_]|\$\{(?!\{)/;
/** Commands that are no programs: they change the shell itself. */
const BUILT_IN = /^(?:cd|export|source|\.|ulimit|unset|set|alias|eval)$/;

/**
 * The first thing in a command line that only a shell understands, such as `&&`, `cd` or `$HOME`; undefined where a
 * program can be started by it as it is. What stands in quotes is an argument, except for substitutions in double quotes.
 */
export function shellSyntax(command: string): string | undefined {
  const plain = command.replace(/\$\{\{.*?\}\}/g, 'x').replace(/'[^']*'/g, 'x');
  const expansion = EXPANSION.exec(plain.replace(/\\./g, 'x'));
  const words = plain
    .replace(/"(?:\\.|[^"\\])*"/g, 'x')
    .trim()
    .split(/\s+/);
  const [first = ''] = words;
  if (BUILT_IN.test(first)) return first;
  if (/^[A-Za-z_]\w*=/.test(first)) return first;
  const operator = words.find((word) => OPERATOR.test(word) || word.endsWith(';') || word.startsWith('~/'));
  return operator ?? (expansion ? /\S*/.exec(plain.slice(expansion.index))?.[0] : undefined);
}
