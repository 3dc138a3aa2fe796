type OptionalKeys<Values> = {
  [Key in keyof Values]-?: undefined extends Values[Key] ? Key : never;
}[keyof Values];

/** The same values, where what may be undefined may be absent instead. */
type Defined<Values> = Omit<Values, OptionalKeys<Values>> & {
  [Key in OptionalKeys<Values>]?: Exclude<Values[Key], undefined>;
};

/** The entries that have a value: `defined({ a: 1, b: undefined })` is `{ a: 1 }`. */
export function defined<Values extends object>(values: Values): Defined<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Defined<Values>;
}

/** What is made of a value that may be missing; undefined where it is. */
export function whenGiven<Value, Made>(
  value: Value | undefined,
  make: (value: Value) => Made,
): Made | undefined {
  return value === undefined ? undefined : make(value);
}
