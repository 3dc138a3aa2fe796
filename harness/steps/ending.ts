import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { PASS, type StepDefinition } from './definition.ts';
import { useConnection } from './scope.ts';

const schema = v.strictObject({ on: v.exactOptional(name, '') });
type Args = v.InferOutput<typeof schema>;

const ending = {
  shorthand: 'on',
  schema,
  asserts: false,
  patience: 'never',
  judge: () => PASS,
} as const;

/** Says that nothing more will be sent (FIN) and goes on reading. */
export const halfClose: StepDefinition<Args> = {
  ...ending,
  verb: 'half_close',
  summary: 'Say that nothing more will be sent (FIN), and go on reading.',
  scope: (args, scope) => useConnection(args, scope),
  run: ({ on }, context) => context.halfClose(on),
};

/** Closes a connection in an orderly way (FIN). */
export const close: StepDefinition<Args> = {
  ...ending,
  verb: 'close',
  summary: 'Close a connection in an orderly way (FIN).',
  scope: (args, scope) => closing(args, scope),
  run: ({ on }, context) => context.close(on),
};

/** Aborts a connection (RST), as a client that crashed does. */
export const reset: StepDefinition<Args> = {
  ...ending,
  verb: 'reset',
  summary: 'Abort a connection (RST), as a client that crashed does.',
  scope: (args, scope) => closing(args, scope),
  run: ({ on }, context) => context.reset(on),
};

function closing(
  ...[args, scope]: Parameters<StepDefinition<Args>['scope']>
): ReturnType<StepDefinition<Args>['scope']> {
  const scoped = useConnection(args, scope);
  const on = scoped.args.on;
  return typeof on === 'string' ? { ...scoped, closes: on } : scoped;
}
