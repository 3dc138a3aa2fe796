/** One kind of observation: what it is called in a trace, and how it is put into words. */
export interface ObservationDefinition<Seen extends { readonly what: string }> {
  readonly what: Seen['what'];
  /** A few words, for the trace and for the timeline; `Seen` is what a trace holds of it. */
  readonly describe: (seen: Seen) => string;
}

/** An observation that `OBSERVATIONS` may list. */
export function defineObservation<Seen extends { readonly what: string }>(
  definition: ObservationDefinition<Seen>,
): ObservationDefinition<Seen> {
  return definition;
}
