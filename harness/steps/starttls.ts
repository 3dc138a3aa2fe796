import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { ON_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { type ScopeProblem, transportOf, useConnection } from './scope.ts';
import { judgeHandshake } from './tls-findings.ts';
import { readTls, TLS_ABOUT, tlsEntries } from './tls-options.ts';

/** Goes on encrypted on a connection that began in plain text. */
export const starttls = defineStep({
  verb: 'starttls',
  summary:
    'Go on encrypted on a connection that began in plain text, as after STARTTLS of a mail server. The side that connected begins the handshake.',
  about: { group: 'dialling', keys: { on: ON_KEY, ...TLS_ABOUT }, examples: ['starttls: a'] },
  shorthand: 'on',
  schema: v.pipe(
    v.strictObject({ on: v.exactOptional(name, ''), ...tlsEntries }),
    v.transform(({ on, ...tls }) => ({ on, tls: readTls(tls) })),
  ),
  asserts: true,
  patience: 'default',
  scope: (args, scope) => {
    const scoped = useConnection(args, scope);
    const { on } = scoped.args;
    const transport = transportOf(on, scope);
    const problems: ScopeProblem[] = [];
    if (transport === 'udp')
      problems.push({
        key: 'on',
        message: 'a UDP socket cannot go on with TLS',
        fix: 'use a TCP connection',
      });
    if (transport === 'tls')
      problems.push({ key: 'on', message: `"${String(on)}" is encrypted already`, fix: 'remove this step' });
    return {
      ...scoped,
      problems: [...scoped.problems, ...problems],
      ...(typeof on === 'string' ? { opens: on, transport: 'tls' as const } : {}),
    };
  },
  sentence: ({ on }) => `Go on encrypted (TLS) on ${on}.`,
  run: ({ on, tls }, context) => context.secure(on, tls.options),
  judge: ({ on, tls }, view, { within }) => judgeHandshake(on, tls.verify, view, within),
});
