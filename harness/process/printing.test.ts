import { spawnSync } from 'node:child_process';
import { gradeInline, specOf, statuses } from '../testing/inline.ts';

/** Prints without flushing, and lives on: on a terminal the line would be seen. */
const PROGRAMS = {
  python3: ['server.py', 'import time\nprint("hello")\ntime.sleep(60)\n'],
  perl: ['server.pl', 'use strict; use warnings; print "hello\\n"; sleep 60;\n'],
} as const;
const STEPS =
  '    steps:\n      - start: server\n      - check: { program: server, stdout: { contains: hello } }\n';

test.each(Object.entries(PROGRAMS))(
  'what a program of %s prints is seen at once',
  async (command, [file, text]) => {
    expect(spawnSync(command, ['-v']).status).toBe(0);
    const spec = specOf('server: { ready: { after: 0ms } }', { prints: STEPS });
    const report = await gradeInline({ [file]: text }, spec, { run: `${command} ${file}` });
    expect(statuses(report)).toEqual({ prints: 'pass' });
  },
);
