import { XMLValidator } from 'fast-xml-parser';
import type { Report, Status } from '../../model/index.ts';
import { CONSUMERS } from '../testing/consumers.ts';
import { ENV, finding, report, stream, trace, verdict } from '../testing/sample-report.ts';
import { FORMATS } from './index.ts';

/** A report as the platform of a format gets it, which is what its usual reader may see. */
async function read<Result>(name: string, what: Report): Promise<Result> {
  const { load, audience } = FORMATS[name] ?? {};
  if (load === undefined) throw new Error(`no format ${name}`);
  const render = await load();
  const options = { width: 80, colour: false, trace: false, env: ENV, ...(audience ? { audience } : {}) };
  return CONSUMERS[name]?.(render(what, options)) as Result;
}

interface Tests {
  readonly tests: readonly {
    readonly score: number;
    readonly 'max-score': number;
    readonly max_score: number;
  }[];
}
const sum = (numbers: readonly number[]) => numbers.reduce((so, one) => so + one, 0);

/** By platform: the share of all points that it makes of a result. */
const SHARES: Readonly<Record<string, (what: Report) => Promise<number>>> = {
  gradescope: async (what) => {
    const { tests } = await read<Tests>('gradescope', what);
    return sum(tests.map(({ score }) => score)) / sum(tests.map(({ max_score }) => max_score));
  },
  prairielearn: async (what) => (await read<{ score: number }>('prairielearn', what)).score,
  coursera: async (what) => (await read<{ fractionalScore: number }>('coursera', what)).fractionalScore,
  'moodle-vpl': async (what) => (await read<{ grade: number }>('moodle-vpl', what)).grade / 100,
  classroom50: async (what) => {
    const { tests } = await read<Tests>('classroom50', what);
    return sum(tests.map(({ score }) => score)) / sum(tests.map((test) => test['max-score']));
  },
  markus: async (what) => {
    const tests = await read<readonly { marks_earned: number; marks_total: number }[]>('markus', what);
    return sum(tests.map((test) => test.marks_earned)) / sum(tests.map((test) => test.marks_total));
  },
  'github-classroom': async (what) => {
    const { tests, max_score } = await read<Tests & { max_score: number }>('github-classroom', what);
    return sum(tests.map(({ score }) => score)) / max_score;
  },
};

const required = verdict('skip', {
  id: 'requires-the-failed-one',
  maxPoints: 6,
  findings: [finding({ cause: 'required_failed' })],
});

test.each(Object.entries(SHARES))(
  '%s: what was not tried because another scenario failed counts as not passed',
  async (_, share) => {
    expect(await share(report([verdict('pass'), verdict('fail'), required]))).toBe(0.25);
    expect(await share(report([verdict('pass'), verdict('fail'), verdict('skip')]))).toBe(0.5);
  },
);

test('autolab: such a scenario has the score 0, and one that does not apply has none', async () => {
  const { scores } = await read<{ scores: object }>('autolab', report([required, verdict('skip')]));
  expect(scores).toEqual({ 'requires-the-failed-one': 0 });
});

test.each(['gradescope', 'prairielearn', 'coursera', 'moodle-vpl'])(
  '%s: hidden scenarios count',
  async (name) => {
    const hidden = verdict('fail', { id: 'secret-scenario', maxPoints: 9, visibility: 'hidden' });
    const what = report([verdict('pass'), hidden]);
    expect(await SHARES[name]?.(what)).toBe(0.25);
    if (name !== 'gradescope')
      expect(JSON.stringify(await read(name, what))).not.toContain('secret-scenario');
  },
);

test.each(['coursera', 'moodle-vpl', 'markus'])('%s: an interrupted run gives no grade', async (name) => {
  const cut = { ...report([verdict('pass'), required]), interrupted: true };
  if (name === 'coursera') return expect(read(name, cut)).rejects.toThrow('nothing could be judged');
  if (name === 'moodle-vpl') return expect(await read(name, cut)).not.toHaveProperty('grade');
  const tests = await read<readonly { status: string }[]>(name, cut);
  expect(tests.map(({ status }) => status)).toEqual(['error', 'error']);
});

test('junit: the names of test cases are the same whatever came of them, for platforms that weigh them by name', async () => {
  interface Cases {
    readonly testsuites: { readonly testsuite: { readonly testcase: readonly { readonly name: string }[] } };
  }
  const named = async (over: Partial<Report>, ...statuses: readonly Status[]) => {
    const scenarios = statuses.map((status, at) =>
      verdict(status, { id: `s${at}`, title: `Scenario ${at}` }),
    );
    const { testsuites } = await read<Cases>('junit', { ...report(scenarios), ...over });
    return testsuites.testsuite.testcase.map(({ name }) => name);
  };
  const names = ['s0: Scenario 0', 's1: Scenario 1'];
  expect(await named({}, 'pass', 'pass')).toEqual(names);
  expect(await named({}, 'fail', 'skip')).toEqual(names);
  expect(await named({}, 'inconclusive', 'fail')).toEqual(names);
  expect(await named({ interrupted: true }, 'pass', 'inconclusive')).toEqual(names);
});

describe('prairielearn: a picture of the run', () => {
  interface Pictured {
    readonly tests: readonly {
      readonly images?: readonly { readonly label: string; readonly url: string }[];
    }[];
  }
  const decoded = (url = '') => Buffer.from(url.split(',')[1] ?? '', 'base64').toString('utf8');

  test('is beside each scenario that did not pass', async () => {
    const { tests } = await read<Pictured>('prairielearn', report([verdict('pass'), verdict('fail')]));
    expect(tests[0]).not.toHaveProperty('images');
    const [image] = tests[1]?.images ?? [];
    expect(image?.label).toBe('What happened');
    const svg = decoded(image?.url);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain('connects to 127.0.0.1:8080');
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).not.toMatch(/<script|<image|<a |href=|url\(|@import/);
  });

  test('is XML whatever the program sent', async () => {
    const bytes = Buffer.from('<b>&\0\u001b\ufffe]]>\u2028"', 'utf8');
    const streams = { 'a.sent': stream(bytes), 'a.received': stream(bytes) };
    const run = { attempt: 1, status: 'fail', findings: [finding()], trace: trace({ streams }) } as const;
    const what = report([verdict('fail', { id: '<i>&"', runs: [run] })]);
    const { tests } = await read<Pictured>('prairielearn', what);
    const svg = decoded(tests[0]?.images?.[0]?.url);
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toContain('&lt;b&gt;');
  });

  test('is left out where the result would become larger than 1 MiB', async () => {
    const events = Array.from({ length: 150 }, (_, t) => ({
      t,
      type: 'sent' as const,
      conn: 'a',
      offset: 0,
      length: 5,
    }));
    const run = { attempt: 1, status: 'fail', findings: [finding()], trace: trace({ events }) } as const;
    const many = Array.from({ length: 200 }, (_, at) => verdict('fail', { id: `s${at}`, runs: [run] }));
    const { tests } = await read<Pictured>('prairielearn', report(many));
    const pictures = tests.filter(({ images }) => images !== undefined).length;
    expect(pictures).toBeGreaterThan(5);
    expect(pictures).toBeLessThan(200);
    expect(Buffer.byteLength(JSON.stringify({ tests }, null, 2))).toBeLessThan(1_048_576);
  });

  test('shows nothing of a hidden scenario', async () => {
    const what = report([verdict('pass'), verdict('fail', { visibility: 'hidden' })]);
    expect(JSON.stringify(await read('prairielearn', what))).not.toContain('data:image');
  });
});
