import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import type { Contract } from '../platform/index.ts';
import { automaticReports, type Surroundings } from '../report/formats/automatic.ts';
import { AUDIENCES, type Audience, FORMATS } from '../report/formats/index.ts';
import { suggest } from '../steps/scope.ts';
import { oneOf } from './options.ts';
import type { WantedReport } from './report-files.ts';

/** The wanted reports by name; without any, those that suit the place. */
export function readReports(
  given: readonly string[] | undefined,
  surroundings: Surroundings,
  platform?: Contract,
): readonly WantedReport[] {
  const actions = automaticReports(surroundings).filter(({ name }) => name.startsWith('github'));
  if (given === undefined)
    return platform === undefined ? automaticReports(surroundings) : withOthers(platform.reports, actions);
  const wanted = given.map((text): WantedReport => {
    const at = text.indexOf('=');
    const name = at === -1 ? text : text.slice(0, at);
    if (!(name in FORMATS))
      throw new UserError({
        where: '--report',
        what: `unknown report format "${name}"`,
        fix: suggest(name, Object.keys(FORMATS)),
      });
    const file = at === -1 ? '' : text.slice(at + 1);
    return file === '' ? { name } : { name, file };
  });
  if (platform !== undefined) {
    const read = wanted.map((report) => {
      const usual = platform.reports.find(({ name }) => name === report.name);
      return { ...report, ...defined({ audience: usual?.audience }) };
    });
    return withOthers(withOthers(read, platform.reports), actions);
  }
  // The person at the keyboard stays informed. In Actions a program's output could give orders to the runner, so
  // there it is only shown by the format that prevents that; what Autolab reads must be the last thing printed.
  const printed = wanted.some(
    ({ name, file }) => file === '-' || (file === undefined && FORMATS[name]?.file === undefined),
  );
  if (surroundings.env.GITHUB_ACTIONS === 'true') return withOthers(wanted, actions);
  return printed ? wanted : [{ name: 'terminal' }, ...wanted];
}

/** Reports, and of others those whose name is not among them. */
function withOthers(
  wanted: readonly WantedReport[],
  others: readonly WantedReport[],
): readonly WantedReport[] {
  return [...wanted, ...others.filter(({ name }) => wanted.every((each) => each.name !== name))];
}

/** Who is to read. */
export function readAudience(text: string): Audience {
  return oneOf('--audience', text, AUDIENCES);
}
