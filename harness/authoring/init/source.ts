/** A line that begins or ends a part of a template: `#: if tcp and not one-recv`, `#: else`, `#: end`. */
const MARK = /^(?:#|\/\/): (.*)$/;

/**
 * The program that a template stands for, with the parts whose words hold: those of the transport, the protocol and
 * the fault. `about` goes where the template says so, as a comment.
 */
export function sourceOf(template: string, words: ReadonlySet<string>, about: string): string {
  const lines: string[] = [];
  const open: boolean[] = [];
  for (const line of template.split('\n')) {
    const [, mark] = MARK.exec(line) ?? [];
    const comment = line.startsWith('#') ? '#' : '//';
    if (mark === undefined) {
      if (open.every(Boolean)) lines.push(line);
    } else if (mark === 'about') lines.push(...about.split('\n').map((each) => `${comment} ${each}`));
    else if (mark === 'else') open.push(!open.pop());
    else if (mark === 'end') open.pop();
    else open.push(holds(mark.replace(/^if /, ''), words));
  }
  return lines.join('\n');
}

function holds(condition: string, words: ReadonlySet<string>): boolean {
  return condition
    .split(' and ')
    .every((word) => (word.startsWith('not ') ? !words.has(word.slice(4)) : words.has(word)));
}
