import { payloadEntries } from '../match/payload-fields.ts';
import { nearest, suggest } from '../steps/scope.ts';
import type { Path, Tree } from './tree.ts';
import { quote } from './yaml-messages.ts';

const DURATION = /^\d+(\.\d+)?(us|ms|s|m)$/;
const HEX_PAIRS = /^([0-9a-fA-F]{2}\s*)+$/;

const SIGNALS: Readonly<Record<string, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  12: 'SIGUSR2',
  15: 'SIGTERM',
};
const asMatcher = (key: string) => (written: string) =>
  written === '' ? undefined : `${key}: { contains: ${quote(written)} }`;

/** What is written by many, by the key that it stands under, and how it is written right. */
const MEANT: Readonly<Record<string, (written: string) => string | undefined>> = {
  nothing: (written) => {
    if (DURATION.test(written)) return `nothing: true, for: ${written}`;
    return /^\d+$/.test(written) ? `nothing: true, for: ${written}ms` : undefined;
  },
  http: (written) => {
    if (/^([1-5]\d\d|[1-5]xx)$/.test(written)) return `http: { status: ${written} }`;
    const [, method, path] = /^([A-Z]+) (\/\S*)(?: HTTP\/\S+)?$/.exec(written) ?? [];
    return method === undefined ? undefined : `http: { method: ${method}, path: ${path} }`;
  },
  status: (written) => (/^[1-5]\d\d$/.test(written) ? `status: ${written}` : undefined),
  bytes: (written) => (HEX_PAIRS.test(written) ? `hex: "${written}"` : undefined),
  cpu: (written) => (/^\d+$/.test(written) ? `cpu: "<${written}%"` : undefined),
  closed: (written) => {
    if (/^(yes|on|eof|EOF)$/.test(written)) return 'closed: true';
    return /^(rst|RST|abort(ed)?)$/.test(written) ? 'closed: reset' : undefined;
  },
  body: (written) => (written === '' ? undefined : `body: { equals: ${quote(written)} }`),
  lines: (written) => `lines: [${quote(written)}]`,
  repeat: (written) => (/^\d+$/.test(written) ? `repeat: { times: ${written}, steps: [ … ] }` : undefined),
  signal: (written) =>
    /^(KILL|TERM|INT|HUP|QUIT|USR[12])$/i.test(written)
      ? `signal: SIG${written.toUpperCase()}`
      : SIGNALS[written] && `signal: ${SIGNALS[written]}`,
  stdout: asMatcher('stdout'),
  stderr: asMatcher('stderr'),
  printed: asMatcher('printed'),
  read: (written) => (/^\d+$/.test(written) ? `read: { bytes: ${written} }` : undefined),
  code: (written) => (/^(nonzero|not 0|!= ?0|failure)$/.test(written) ? 'code: { not: 0 }' : undefined),
};

/** Lists that many write where a map belongs. */
const LISTS: Readonly<Record<string, string>> = {
  parallel: 'write parallel: { a: [ … ], b: [ … ] }',
  matrix: 'for rows of several values write matrix: { include: [ … ] }',
};

/** How something that many write is written right; nothing where it is not known what was meant. */
export function meantBy(path: Path, found: Tree, what = ''): string | undefined {
  const key = String(path.at(-1));
  if (found.kind === 'seq') return LISTS[key];
  if (found.kind !== 'scalar') return undefined;
  const written = found.written.trim();
  if (path.length === 0 && what.startsWith('program ') && written !== '')
    return `write { run: ${JSON.stringify(written)} }`;
  // What a program is waited for is text, where a step takes a matcher.
  const meant = path.at(-2) === 'ready' ? undefined : MEANT[key]?.(written);
  return meant === undefined ? undefined : `write ${meant}`;
}

/** What other tools and other people call it. */
const OTHERS_SAY: Readonly<Record<string, readonly { readonly key: string; readonly instead: string }[]>> = {
  timeout: [{ key: 'within', instead: 'within: 5s' }],
  conn: [{ key: 'on', instead: 'on: …' }],
  connection: [{ key: 'on', instead: 'on: …' }],
  from: [{ key: 'on', instead: 'on: …' }],
  client: [
    { key: 'on', instead: 'on: …' },
    { key: 'program', instead: 'program: client' },
  ],
  server: [{ key: 'program', instead: 'program: server, is: …' }],
  to: [{ key: 'on', instead: 'on: …' }],
  data: [{ key: 'text', instead: 'text: …, line: … or hex: …' }],
  string: [{ key: 'text', instead: 'text: …' }],
  match: [{ key: 'regex', instead: "regex: '…'" }],
  matches: [{ key: 'regex', instead: "regex: '…'" }],
  eof: [{ key: 'closed', instead: 'closed: true' }],
  silence: [{ key: 'nothing', instead: 'nothing: true, for: 200ms' }],
  stdout_contains: [{ key: 'stdout', instead: 'stdout: { contains: … }' }],
  exit_code: [{ key: 'code', instead: 'is: exited, code: 0' }],
  exit: [{ key: 'code', instead: 'is: exited, code: 0' }],
  exited: [{ key: 'code', instead: 'is: exited, code: 0' }],
  status: [
    { key: 'code', instead: 'is: exited, code: …' },
    { key: 'http', instead: 'http: { status: … }' },
  ],
  state: [{ key: 'is', instead: 'is: …' }],
  blocked: [{ key: 'is', instead: 'is: blocked, in: …' }],
  blocked_in: [{ key: 'is', instead: 'is: blocked, in: …' }],
  listening: [{ key: 'is', instead: 'is: listening' }],
  running: [{ key: 'is', instead: 'is: running' }],
  hidden: [{ key: 'visibility', instead: 'visibility: hidden' }],
  command: [{ key: 'run', instead: 'run: …' }],
  cmd: [{ key: 'run', instead: 'run: …' }],
  params: [{ key: 'with', instead: 'with: …' }],
  parameters: [{ key: 'with', instead: 'with: …' }],
  args: [{ key: 'with', instead: 'with: …' }],
  score: [{ key: 'points', instead: 'points: …' }],
  weight: [{ key: 'points', instead: 'points: …' }],
  protocol: [{ key: 'transport', instead: 'transport: …' }],
  // Node can't set SO_RCVBUF; a client that does not read fills up all buffers there are.
  recv_buffer: [{ key: 'reading', instead: 'reading: false for a client that does not read' }],
  name: [
    { key: 'title', instead: 'title: …' },
    { key: 'as', instead: 'as: …' },
  ],
  description: [{ key: 'explain', instead: 'explain: …' }],
};

/** Verbs of other tools, and how a step is written instead; `…` stands for what was written. */
const OTHER_VERBS: readonly (readonly [words: RegExp, instead: string])[] = [
  [/^(recv|receive|read|reads|await|expect_\w+|expects|should_\w+|get|response|reply)$/, 'write expect: …'],
  [
    /^(assert|verify|ensure)\w*$/,
    'write expect: … of what comes, or check: { … } of a program, a connection or a port',
  ],
  [
    /^wait\w*$/,
    'an expect or a check waits until it is so, within: 5s; for silence write expect: { nothing: true, for: … }',
  ],
  [/^(kill|terminate|end)$/, 'write stop: { program: …, signal: SIGKILL }'],
  [/^(signal)$/, 'write stop: { program: server, signal: … }'],
  [
    /^(run|launch|exec|execute|spawn|command|cmd)$/,
    'write start: server; its command stands at the top, under programs: { server: { run: … } }',
  ],
  [/^(shutdown|shut|fin|end_of_input)$/, 'write half_close: …'],
  [/^(disconnect|hang_?up|close_\w+|quit)$/, 'write close: …'],
  [/^(rst|abort)$/, 'write reset: …'],
  [/^(write|say|request|transmit|post|put)$/, 'write send: …'],
  [/^(type|input|type_in)$/, 'write stdin: { line: … }'],
  [/^(dial|open|client|join)$/, 'write connect: …'],
  [/^(bind)$/, 'write listen: …'],
  [/^(loop|for|foreach|times)$/, 'write repeat: { times: 3, steps: [ … ] }'],
  [/^(print|log|comment|echo)$/, 'write note: …'],
  [/^(call|include|template)$/, 'write use: { template: … }'],
  [/^(concurrently|together|all)$/, 'write parallel: { a: [ … ], b: [ … ] }'],
  [/^(freeze|suspend|halt)$/, 'write pause: …'],
  [/^(continue|cont|unpause)$/, 'write resume: …'],
];

/** How a step is written whose verb another tool has; nothing where it is not known. */
export function verbMeantBy(verb: string, value: Tree): string | undefined {
  const [, instead] = OTHER_VERBS.find(([words]) => words.test(verb.toLowerCase())) ?? [];
  const written = value.kind === 'scalar' && /^[\w.:$-]+$/.test(value.written) ? value.written : '…';
  return instead?.replaceAll('…', () => written);
}

/** A payload where a matcher belongs is the most frequent of all mistakes. */
export function keyMeantBy(key: string, known: readonly string[], value?: Tree): string {
  const usual = OTHERS_SAY[key]?.find((each) => known.includes(each.key));
  const written = value?.kind === 'scalar' && value.written !== '' ? value.written : '…';
  if (usual !== undefined) return `write ${usual.instead.replaceAll('…', () => written)}`;
  const [, negated] =
    /^(?:not|does_not|doesnt|no)_?(equals?|contains?|starts_with|ends_with|regex|match(?:es)?)$/.exec(key) ??
    [];
  const matcher =
    negated &&
    nearest(negated.replace(/^match.*/, 'regex'), [
      'equals',
      'contains',
      'starts_with',
      'ends_with',
      'regex',
    ]);
  if (matcher !== undefined && known.includes('not')) return `write not: { ${matcher}: … }`;
  if (['closed', 'eof'].includes(key) && known.includes('equals') && !known.includes('closed'))
    return 'the end is no message: read: close makes it part of the matching, and equals: "" is an end without bytes';
  const payload = key in payloadEntries ? key : nearest(key, [...Object.keys(payloadEntries), ...known]);
  if (
    payload !== undefined &&
    payload in payloadEntries &&
    !known.includes(payload) &&
    known.includes('equals')
  )
    return `write equals: { ${payload}: … }`;
  return suggest(key, known);
}
