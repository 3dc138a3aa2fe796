/** A token of a source text: what it is, and where it stands. */
export interface Token {
  /** The token itself where its author can't choose it (`while`, `+=`), or else its kind: `name`, `number`, `text`, `type`. */
  readonly kind: string;
  /** The first character of it, and the one behind it. */
  readonly from: number;
  readonly to: number;
}

/** What authors choose freely: renaming, retyping or rewording makes no difference. */
export const KIND = { name: 'name', number: 'number', text: 'text', type: 'type' } as const;
