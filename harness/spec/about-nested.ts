import { FILE_KEYS } from './about-file.ts';

const HTTP = {
  method: 'The method, such as GET.',
  path: 'The path, such as /index.html.',
  version: 'The version, such as HTTP/1.1.',
  headers: 'Headers by name.',
  status: 'The status code, such as 200; one of several in a list, or 4xx.',
  reason: 'The words behind the status code.',
  body: 'The body: a payload to send, or a matcher of what comes.',
  to: 'The method of the request that this answers: a reply to HEAD has no body.',
} as const;

/** What keys within a value are for, by the key that they stand under: for completion in editors. */
export const NESTED_KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  limits: FILE_KEYS.limits,
  variants: FILE_KEYS.variant,
  defaults: FILE_KEYS.defaults,
  http: HTTP,
  http_request: HTTP,
  http_response: HTTP,
  scenario: { remove: 'Leaves out a scenario of the file that this one extends.' },
  command: {
    run: 'The command, with the exchange as JSON on its standard input.',
    shell: 'Run it by a shell.',
    files: 'Files that are put beside it.',
  },
  code: { not: 'Any status but this one.' },
  diagnose: {
    when: 'A matcher; where it fits what came, the hint is shown.',
    hint: 'The hint when the matcher beside it fits what came.',
  },
  file: { base64: 'The bytes of the file.', path: 'Its name, relative to the specification.' },
  files: {
    certificate: 'A certificate of the run: `server`, or `ca` for the one that signed it.',
    key: 'The private key that belongs to a certificate of the run.',
  },
  forbid: { name: 'A name that must not be used.', hint: 'What the student reads when it is.' },
  in_any_order: { expect: 'One of the messages.' },
  of: { expect: 'One of the messages.' },
  json: {
    equals: 'The node has this value, of this type.',
    regex: 'The node is a text in which this pattern is found.',
    capture: 'Stores the value of the node under this name.',
    count: 'How many nodes the path finds.',
    exists: 'Whether the path finds anything.',
  },
  known_errors: { text: 'What programs print.', hint: 'The hint when a program has printed it.' },
  late_policy: {
    due: 'When it was due: a date with time and zone.',
    zone: 'The zone of times that state none.',
    percent_per_day: 'Percent of the points possible for each day begun since it was due; 0 only marks.',
    grace: 'This late is not late.',
    cut_off: 'From here on, nothing counts.',
  },
  length: { min: 'At least so many bytes.', max: 'At most so many bytes.' },
  length_prefix: {
    bytes: 'How many bytes the length itself takes: 1, 2, 4 or 8.',
    endian: 'The order of its bytes: big (the network order) or little.',
  },
  matrix: {
    include: 'Rows of several values, added to the combinations.',
    exclude: 'Combinations that are left out.',
  },
  only_if: { not: 'Any value but this one.' },
  params: {
    default: 'The value unless another one is given.',
    about: 'What it is for.',
    choices: 'The values that it may have.',
  },
  port: { high: 'The first byte of the port, times 256.', low: 'The second byte of the port.' },
  read: {
    bytes: 'The message has so many bytes.',
    datagrams: 'So many datagrams are one message.',
    idle: 'The message ends when nothing more has come for this long.',
    length_prefix: 'The message begins with its length, in so many bytes.',
    delimiter: 'The message ends with this.',
  },
  ready: { stdout: 'Once it has printed this.', after: 'Once this much time has passed.' },
  references: { title: 'What it is called.', man: 'A manual page, such as socket(7).', url: 'An address.' },
  retries: { times: 'How often at most.', on: 'After which verdicts.' },
  rules: {
    name: 'What the rule is called in the report.',
    when: 'The message that it answers; without it, any.',
    send: 'The answer.',
    times: 'How often it answers.',
    capture: 'Stores what the message says.',
    end: 'Ends the connection afterwards.',
  },
  until: { messages: 'It is over after so many messages.' },
  struct: { fields: 'The fields in their order.', endian: 'The order of bytes: big unless it is said.' },
  templates: { steps: 'The steps that `use` stands for.' },
  tls: {
    verify:
      'Whether the certificate is checked: true (by the authority of the run), false, or {file: ca.pem}.',
    alpn: 'Protocols to offer, such as http/1.1.',
    name: 'The name that is asked for (SNI) and must be in the certificate.',
    version: 'The version, such as TLSv1.3.',
    cipher: 'The cipher suite.',
    trusted: 'Whether the certificate was trusted.',
  },
  verify: { file: 'The certificate of an authority.' },
};
