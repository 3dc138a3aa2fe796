/** The lines that differ, as few as can be. */
export function difference(before: string, after: string): string[] {
  const a = before.split('\n');
  const b = after.split('\n');
  // How many lines are the same in both from two places on: the longest common subsequence.
  const same = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number) => same[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = same[i] ?? new Uint32Array();
      row[j] = a[i] === b[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${a[i++]}`);
    else lines.push(`+ ${b[j++]}`);
  }
  return lines;
}

/** Characters around what differs that are shown where a line is too long. */
const AROUND = 8;

/**
 * Changed lines for a narrow place: of lines that are too long the part that differs is shown, so that the change can be
 * seen. A long part goes on in further lines.
 */
export function fitted(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line, index) => {
    if (line.length <= width) return [line];
    const other = line.startsWith('-') ? lines[index + 1] : lines[index - 1];
    const isPair = other !== undefined && other.charAt(0) !== line.charAt(0);
    const start = isPair ? Math.max(0, commonStart(line.slice(2), other.slice(2)) - AROUND) : 0;
    const end = isPair ? Math.max(0, commonEnd(line.slice(2), other.slice(2)) - AROUND) : 0;
    const text = line.slice(2);
    const shown = `${start > 1 ? '…' : text.slice(0, start)}${text.slice(start, text.length - end)}${end > 1 ? '…' : text.slice(text.length - end)}`;
    return wrapped(shown.trimStart(), width - 4).map(
      (part, at) => `${at === 0 ? line.slice(0, 2) : '    '}${part}`,
    );
  });
}

function wrapped(text: string, width: number): string[] {
  const parts: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const space = rest.length > width ? rest.lastIndexOf(' ', width) : -1;
    const cut = rest.length <= width ? rest.length : space > width / 2 ? space : width;
    parts.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return parts;
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function commonEnd(one: string, other: string): number {
  const most = Math.min(one.length, other.length) - commonStart(one, other);
  let length = 0;
  while (length < most && one.at(-1 - length) === other.at(-1 - length)) length++;
  return length;
}
