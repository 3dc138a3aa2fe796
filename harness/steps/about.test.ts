import * as v from 'valibot';
import { MATCHER_KEYS, matcherEntries } from '../match/matchers/index.ts';
import { PAYLOAD_KEYS, payloadEntries } from '../match/payload-fields.ts';
import { USE } from '../spec/use.ts';
import { readRight } from '../testing/spec-text.ts';
import { STEPS } from './index.ts';

const verbs = [...STEPS.values(), USE];
const keysOf = (schema: unknown) => Object.keys((schema as { entries?: object }).entries ?? {});

test.each(verbs.map(({ verb, schema, about }) => [verb, schema, about.keys] as const))(
  'every key of %s is described, and no other',
  (verb, schema, own) => {
    const shared =
      verb === 'stdin'
        ? Object.keys(PAYLOAD_KEYS)
        : verb === 'send'
          ? Object.keys(PAYLOAD_KEYS)
          : verb === 'expect'
            ? Object.keys(MATCHER_KEYS)
            : [];
    const keys = keysOf(schema);
    expect(keys.length).toBeGreaterThan(verb === 'parallel' ? -1 : 0);
    expect([...Object.keys(own), ...shared].sort()).toEqual([...keys].sort());
  },
);

test('every key of payloads and matchers is described, and no other', () => {
  expect(Object.keys(PAYLOAD_KEYS).sort()).toEqual(Object.keys(payloadEntries).sort());
  expect(Object.keys(MATCHER_KEYS).sort()).toEqual(Object.keys(matcherEntries).sort());
  expect(keysOf(v.strictObject(payloadEntries))).toHaveLength(22);
});

test.each(verbs.flatMap(({ verb, about }) => about.examples.map((example) => [verb, example])))(
  'the example of %s is right: %s',
  (verb, example) => {
    const before = {
      start: [],
      connect: ['start: server'],
      accept: ['listen: door', 'start: server'],
      unlisten: ['listen: door', 'start: server'],
      serve: ['listen: door', 'start: server'],
      relay: ['start: server'],
    }[verb] ?? ['start: server', 'connect: a'];
    const text = `title: T
programs: { server: {}${verb === 'relay' ? ', client: {}' : ''} }
templates: { greets: { with: [client], steps: [{ connect: "\${{ with.client }}" }, { send: { on: "\${{ with.client }}", text: x } }] } }
scenarios:
  - id: one
    title: t
    steps:
${[...before, example, 'check: { port: server, is: listening }'].map((step) => `      - ${step}`).join('\n')}
`;
    const { plans } = readRight(text);
    const steps = plans.get('one')?.[0]?.steps ?? [];
    const stands = ['use', 'repeat', 'parallel'].includes(verb) ? 'send' : verb;
    expect(steps.some((step) => step.verb === stands)).toBe(true);
  },
);
