import { createHash } from 'node:crypto';

/** Longest name of a folder, in characters. */
const LONGEST = 80;

/**
 * A name for the folder and the row of each key, the same whatever else is handed over, unless two come to the same
 * name: letters, digits, `.`, `_` and `-` only.
 */
export function identify(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const users = new Map<string, number>();
  const short = new Map([...labels].map(([key, label]) => [key, folderName(label)]));
  for (const name of short.values()) users.set(fold(name), (users.get(fold(name)) ?? 0) + 1);
  return new Map(
    [...short].map(([key, name]) => [
      key,
      (users.get(fold(name)) ?? 0) > 1 ? `${name}.${digest(key)}` : name,
    ]),
  );
}

function folderName(label: string): string {
  const name = label
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{M}._-]+/gu, '-')
    .replace(/^[-._]+|[-._]+$/g, '');
  const cut = [...name].slice(0, LONGEST).join('');
  return cut === '' || Buffer.byteLength(cut) > 200 ? `student.${digest(label)}` : cut;
}

/** Names that some file systems take for the same. */
function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
