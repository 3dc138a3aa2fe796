import type { Answers } from './answers.ts';

/** A mistake that students make, which a wrong solution shows. */
export interface Fault {
  readonly name: string;
  /** What the program does wrong, in one sentence. */
  readonly about: string;
  /** The ready-made scenarios that fail then; all of them when absent. */
  readonly caughtBy?: readonly string[];
  /** Whether a program of this kind can make the mistake. */
  readonly fits: (answers: Answers) => boolean;
}

const EXACT = [
  'answers',
  'back-to-back',
  'blocking-recv',
  'buffered-data',
  'client-leaves',
  'client-resets',
  'closes',
  'concurrent-clients',
  'fragments',
  'half-close',
  'next-client',
];

/** The most instructive come first; every scenario is failed by two of them at least. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'no-reuse-address',
    about: 'It does not set SO_REUSEADDR, so it cannot be started again at once.',
    caughtBy: ['reuse-address'],
    // Node sets the option by itself.
    fits: ({ role, transport, language }) =>
      role === 'server' && transport === 'tcp' && language !== 'javascript',
  },
  {
    name: 'first-request-only',
    about: 'It answers the first request of a client only, and closes the connection.',
    caughtBy: ['back-to-back'],
    fits: ({ role, transport }) => role === 'server' && transport === 'tcp',
  },
  {
    name: 'one-recv',
    about: 'It takes what one recv() brings for a whole message.',
    caughtBy: ['fragments'],
    fits: ({ role, transport }) => role === 'server' && transport === 'tcp',
  },
  {
    name: 'first-client-only',
    about: 'It sends every reply to the client that spoke first.',
    caughtBy: ['next-client', 'concurrent-clients'],
    fits: ({ role, transport }) => role === 'server' && transport === 'udp',
  },
  {
    name: 'one-recv',
    about: 'It takes what one recv() brings for the whole reply.',
    caughtBy: ['reply-in-pieces'],
    fits: ({ role, transport }) => role === 'client' && transport === 'tcp',
  },
  {
    name: 'hides-failure',
    about: 'It ends with status 0 although there is no server.',
    caughtBy: ['no-server'],
    fits: ({ role, transport }) => role === 'client' && transport === 'tcp',
  },
  {
    name: 'sends-nul',
    about: 'It sends one byte too many: the NUL behind the text.',
    caughtBy: [...EXACT, 'client-sends'],
    fits: () => true,
  },
  {
    name: 'shows-nothing',
    about: 'It does not print the reply.',
    caughtBy: ['client-shows-reply', 'reply-in-pieces'],
    fits: ({ role }) => role === 'client',
  },
  { name: 'deaf', about: 'It sleeps, and does not even open a socket.', fits: () => true },
  { name: 'ends-at-once', about: 'It ends at once.', fits: () => true },
];

/** Two mistakes that the chosen scenarios catch. */
export function chooseFaults(answers: Answers): readonly Fault[] {
  const { scenarios } = answers;
  const caught = FAULTS.filter(
    ({ caughtBy, fits }) => fits(answers) && (!caughtBy || caughtBy.some((name) => scenarios.includes(name))),
  );
  return caught.slice(0, 2);
}
