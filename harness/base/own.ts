/** What an object itself has under a name that a person chose; a name such as `constructor` finds nothing that it inherits. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
