/** One sentence for each key of a file outside of steps, for the reference and for editors; by the map it stands in. */
export const FILE_KEYS = {
  assignment: {
    version: 'The version of the language: 1.',
    title: 'The heading of reports.',
    description: 'What the program is to do.',
    late_policy:
      'What `batch` takes off for being late: `percent_per_day` of the points possible for each day begun after `due`; nothing within `grace`; from `cut_off` on nothing counts.',
    extends:
      'Another file that this one builds on: maps merge, lists replace, scenarios are found by their `id`.',
    include:
      'Ready-made scenarios, by name, or as `{ scenario: NAME, with: { … }, points: 2 }`; see below. They come before `scenarios`, which may change them by `id`.',
    defaults: 'What holds for all steps unless a scenario or a step says otherwise.',
    env: 'Environment variables of the grader that steps and commands may look up as `${{ env.NAME }}`: a list of names, or a map of names and what holds when they are not set. No others are handed over.',
    known_errors:
      'What programs print when they fail, or compilers when they build them, and how to fix it: a list of `{ text, hint }`, where `text` may be a list. They come before the many that are built in; a file adds its own to those of the one that it `extends`.',
    limits: 'What each program may use, unless it says otherwise.',
    params: 'Settings of the assignment that a course may override, by name.',
    programs: 'The programs that students submit, by name.',
    templates: 'Steps under a name, to be used in several places with `use`.',
    scenarios: 'The scenarios, in the order in which they run unless another is requested.',
  },
  parameter: {
    default: 'The value, unless the command line or an extending file gives another.',
    about: 'What it is for.',
    choices: 'The only values that it may have.',
  },
  program: {
    variants:
      'Ways to build and start it; the first whose file is there is used. Left out, the usual file names are known: `server.py`, `Makefile`, `server.c`, `Server.java`, `server.js` for a program `server`. It is given the port; a client is given host and port.',
    file: 'With `run`: the file that must be there, as in a variant.',
    build: 'With `run`: the command that builds it.',
    run: 'The command that starts it: short for `variants` with one way, and no file unless `file` names one.',
    shell: 'Whether `run` and `build` need a shell.',
    helper:
      'It comes with the assignment: its `files`, `build` and `run` are all of it, it runs out of reach of what students hand in, and its failure is the author’s.',
    transport: 'Its transport: `tcp` (the usual), `udp` or `tls`. Connections to it are of this kind.',
    host: 'The address that it is given as `${{ host }}` and must be reached at, `"::1"` for instance. Without one, any address that `localhost` can stand for will do.',
    port: '`auto`: it must listen on the port that it is given; `any`: wherever it listens; a number: always there.',
    ready:
      'When the next step may begin: `listening`, `none` (at once, the usual for clients: programs that are called `client` or `…-client`, or are started while the grader listens and are never connected to), `{ stdout: text }` or `{ after: 200ms }`.',
    env: 'Variables for its environment, which is otherwise nearly empty.',
    stdin:
      'Typed for it at the start: a text, which may look up `${{ port }}`, or a payload such as `{ lines: [ada, quit] }`.',
    files:
      'Files that it finds in its folder when it starts: a payload by file name, or what is made for TLS: `{ certificate: server }`, `{ key: server }`, `{ certificate: ca }`, in PEM.',
    limits: 'What it may use.',
    stdin_eof: 'Whether its standard input is closed after that.',
  },
  variant: {
    file: 'A file name or a pattern such as `*.py`, which must match one file.',
    build: 'A command that builds it.',
    run: 'The command that starts it, with `${{ port }}`, `${{ host }}`, `${{ file }}`, `${{ stem }}` (the file without its ending), `${{ class }}` (of a Java file: its class, with the package that it names) and parameters.',
    shell: 'Whether the commands need a shell; without one, signals reach the program itself.',
  },
  template: {
    about: 'What it is for.',
    with: 'The names that it must be given, as a list, or as a map with their usual values; an empty value must be given.',
    steps: 'The steps; they see `${{ with.NAME }}`.',
  },
  scenario: {
    id: 'Its short name, for `--only` and reports.',
    title: 'What students read.',
    points: 'All or nothing, unless steps have points of their own; 1 when nothing is said.',
    explain: 'Why it matters and what is done, for those who failed it.',
    hint: 'How to fix the usual mistake.',
    references: 'What to read: `{ title, man: recv(2) }` or `{ title, url }`.',
    visibility: 'Where students see it: `visible`, `hidden`, `after_due_date` or `after_published`.',
    hidden_message:
      'What students read in place of a scenario that they may not see, when it did not pass; without it, nothing.',
    failure_details:
      'What students see of a failure: `full` (everything), `actual` (what their program did, and hints of the author, but neither expected bytes, differences nor values of steps) or `none` (only that it failed; `hidden_message` takes the place of our sentence).',
    tags: 'Short names to choose by: `--only slow` runs all scenarios with the tag `slow`.',
    requires: 'Scenarios without which this one makes no sense: when one of them failed, it is skipped.',
    skip: 'Leaves it out: the reason, which reports show, or just `true`. It counts neither for nor against.',
    only_if: 'It is done only when every named parameter is as it says.',
    retries:
      'How often it is tried again when it was inconclusive, when the program gave up while the grader itself was not scheduled, or when it was killed where programs of other scenarios can do that; each further try runs alone; `{ times: 2, on: fail }` also after any other failure.',
    scoring: 'With a matrix: `whole` (all rows must pass) or `by_row` (each row its share).',
    matrix:
      'Names and lists of values: it is done once for every combination, known as `${{ matrix.NAME }}`. `exclude` leaves rows out, `include` adds some.',
    timeout: 'Longest time for one run.',
    limits: 'What its programs may use, whatever is said elsewhere.',
    defaults: 'What holds for its steps.',
    setup:
      'Steps that are done first; left out, those of the `defaults` of the file. They can fail the scenario as all others can, but they are not enough to make one.',
    sources:
      'What the code may not use, in place of `steps` or before them: short for a first step `sources`. In a scenario that is worth 0 points it is a remark for staff.',
    steps: 'What is done.',
    cleanup: 'Steps that are done at the end, whatever happened; they never change the verdict.',
  },
  limits: {
    memory: 'Main memory, of all its processes together (512MiB).',
    cpu: 'Processor time, of all its processes together (60s).',
    processes: 'Processes and threads at a time (256).',
    disk: 'What its folder may hold (64MiB).',
    output: 'What it may print (64MiB).',
    time: 'How long it may run (10m).',
  },
  defaults: {
    within: 'How long steps wait at most.',
    leftover:
      'What it means when more bytes come after a message that was expected exactly: `fail`, `warn` or `ignore`.',
    newline:
      'Which newline every `line` and `lines` of a `send` or `expect` has that does not say so itself: `lf` or `crlf`. Standard input, files and what programs print keep `lf`.',
    points: 'At the top: what a scenario is worth.',
    visibility: 'At the top: where students see a scenario.',
    failure_details: 'At the top: what students see of a failure.',
    retries: 'At the top: how often a scenario is tried again.',
    scoring: 'At the top: how a matrix counts.',
    timeout: 'At the top: longest time for one run.',
    setup:
      'At the top: steps that every scenario begins with, unless it has a `setup` of its own (be it `[]`).',
    cleanup: 'At the top: steps that every scenario ends with, unless it has a `cleanup` of its own.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
