/** Whether a text holds a name as such, and not only as a part of a longer one. */
export function mentions(text: string, name: string): boolean {
  if (name === '') return false;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1))
    if (!IN_NAME.test(text.charAt(at - 1)) && !IN_NAME.test(text.charAt(at + name.length))) return true;
  return false;
}

const IN_NAME = /[\p{L}\p{N}_-]/u;
