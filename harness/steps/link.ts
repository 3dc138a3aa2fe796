import * as v from 'valibot';
import { duration, name } from '../base/fields.ts';
import { own } from '../base/own.ts';
import { milliseconds, percent } from '../base/units.ts';
import type { JsonObject } from '../model/index.ts';
import type { LinkRule } from '../model/link.ts';
import { TRANSPORTS, type Transport } from '../model/transport.ts';
import { defineStep } from './definition.ts';
import { PASS } from './outcome.ts';
import { type Scope, type Scoped, type ScopeProblem, suggest, transportOf, useConnection } from './scope.ts';

const CHANCE = 'is a part such as 30%';
const chance = v.pipe(
  v.string(CHANCE),
  v.regex(/^\d{1,3}(\.\d+)?%$/, CHANCE),
  v.transform((text) => Number.parseFloat(text) / 100),
  v.maxValue(1, 'is at most 100%'),
);

const number = v.pipe(v.number('is the number of a datagram, from 1'), v.integer(), v.minValue(1));

/** Two bounds, `20ms..80ms`, or one value for both. */
function rangeOf<Out>(one: v.GenericSchema<unknown, Out>, message: string) {
  return v.pipe(
    v.union([v.string(), v.number()], message),
    v.rawTransform<string | number, readonly [Out, Out]>(({ dataset, addIssue, NEVER }) => {
      const [least, most = least, ...others] = String(dataset.value).split('..');
      const bounds = [least, most].map((text) => v.safeParse(one, text?.trim()));
      const [low, high] = bounds;
      if (low?.success && high?.success && others.length === 0 && low.output <= high.output)
        return [low.output, high.output] as const;
      addIssue({ message });
      return NEVER;
    }),
  );
}

const count = v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1));

const schema = v.pipe(
  v.strictObject({
    on: v.exactOptional(name, ''),
    drop: v.exactOptional(
      v.union([chance, v.pipe(v.array(number), v.nonEmpty())], `${CHANCE}, or a list of numbers`),
    ),
    delay: v.exactOptional(rangeOf(duration, 'is a time such as 50ms, or 20ms..80ms')),
    duplicate: v.exactOptional(chance),
    reorder: v.exactOptional(chance),
    pieces: v.exactOptional(rangeOf(count, 'is a number of pieces such as 3, or 1..5')),
    in_a_row: v.exactOptional(
      v.pipe(v.number('is a number of losses'), v.integer(), v.minValue(0), v.maxValue(100)),
      2,
    ),
    direction: v.exactOptional(
      v.picklist(['to_program', 'from_program', 'both'], 'is to_program, from_program or both'),
      'both',
    ),
  }),
  v.check(
    ({ drop, delay, duplicate, reorder, pieces }) =>
      [drop, delay, duplicate, reorder, pieces].some((one) => one !== undefined),
    'does nothing\ngive one of drop, delay, duplicate, reorder, pieces',
  ),
  v.transform(({ on, in_a_row: inARow, ...rest }): { readonly on: string; readonly rule: LinkRule } => ({
    on,
    rule: { ...(rest as Omit<LinkRule, 'inARow'>), inARow },
  })),
);

/** Lets a connection go through a bad link. */
export const link = defineStep({
  verb: 'link',
  summary:
    'Let what goes between the grader and a program pass through a bad link from now on: a connection, or all that come to a listener, from their first datagram on. It loses, delays, doubles and swaps datagrams, by chance, but the same in every run; of TCP it delays, and cuts into pieces. After "in_a_row" losses one always gets through.',
  about: {
    group: 'bytes',
    keys: {
      on: 'The connection, or the listener; may be left out when only one connection is open.',
      drop: 'The part of the datagrams that is lost, `30%`, or their numbers in each direction, `[3, 7]`.',
      delay: 'How much longer each one takes: `50ms`, or `20ms..80ms`.',
      duplicate: 'The part of the datagrams that come twice.',
      reorder: 'The part of the datagrams that are overtaken by the next one.',
      pieces: 'By TCP: into how many pieces what is sent is cut: `3`, or `1..5`.',
      in_a_row: 'Most losses one after another, 2 unless said otherwise.',
      direction: '`to_program`, `from_program`, or `both`.',
    },
    examples: ['link: { on: a, delay: 20ms..80ms, pieces: 1..5 }'],
  },
  shorthand: 'on',
  schema,
  asserts: false,
  patience: 'never',
  scope: onWhat,
  sentence: ({ on, rule }) => `From now on ${on} goes through a link that ${describeRule(rule)}.`,
  run: async ({ on, rule }, context) => context.link(on, rule),
  judge: () => PASS,
});

/** What a link does, in words that follow "a link that". */
function describeRule({ drop, delay, duplicate, reorder, pieces, direction }: LinkRule): string {
  const chanceOf = (verb: string, part: number) => `${verb} ${percent(part)} of the datagrams`;
  const parts = [
    ...(drop === undefined
      ? []
      : [typeof drop === 'number' ? chanceOf('loses', drop) : `loses the datagrams ${drop.join(', ')}`]),
    ...(delay === undefined ? [] : [`delays by ${milliseconds(delay[0])} to ${milliseconds(delay[1])}`]),
    ...(duplicate === undefined ? [] : [chanceOf('doubles', duplicate)]),
    ...(reorder === undefined ? [] : [chanceOf('swaps', reorder)]),
    ...(pieces === undefined ? [] : [`cuts into ${pieces[0]} to ${pieces[1]} pieces`]),
  ];
  const way = { to_program: ' to the program', from_program: ' from the program', both: '' }[direction];
  return `${parts.join(', ')}${way}`;
}

/** By TCP nothing is lost, doubled or swapped: that is what it is for. */
const OF_DATAGRAMS = ['drop', 'duplicate', 'reorder'] as const;

function onWhat(args: JsonObject, known: Scope): Scoped {
  const { on } = args;
  if (typeof on === 'string' && known.listeners.includes(on))
    return { args, problems: misfits(args, own(known.transports.listeners, on) ?? 'tcp') };
  if (typeof on === 'string' && !known.connections.includes(on) && known.listeners.length > 0) {
    const fix = suggest(on, [...known.connections, ...known.listeners]);
    return {
      args,
      problems: [{ key: 'on', message: `there is no connection or listener "${on}" here`, fix }],
    };
  }
  const scoped = useConnection(args, known);
  return {
    ...scoped,
    problems: [...scoped.problems, ...misfits(scoped.args, transportOf(scoped.args.on, known))],
  };
}

function misfits(args: JsonObject, transport: Transport): ScopeProblem[] {
  const { stream, name: what } = TRANSPORTS[transport];
  if (!stream)
    return args.pieces === undefined
      ? []
      : [{ key: 'pieces', message: 'a datagram is not cut', fix: 'send less in each: chunk: 500' }];
  return OF_DATAGRAMS.filter((key) => args[key] !== undefined).map((key) => ({
    key,
    message: `${what} loses, doubles and swaps nothing`,
    fix: 'use delay and pieces',
  }));
}
