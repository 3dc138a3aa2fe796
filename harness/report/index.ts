import type { Report } from '../model.ts';
import { forAudience } from './audience.ts';
import { renderAutolab } from './autolab.ts';
import { CLASSROOM50_NEEDS, CLASSROOM50_TAKES, renderClassroom50 } from './classroom50.ts';
import { renderCtrf } from './ctrf.ts';
import type { RenderOptions, ReportFormat } from './format.ts';
import { renderGithub, renderGithubSummary } from './github.ts';
import { renderGithubClassroom } from './github-classroom.ts';
import { renderGradescope } from './gradescope.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderPrairielearn } from './prairielearn.ts';
import { renderTap } from './tap.ts';
import { renderTerminal } from './terminal.ts';

export { AUDIENCES, type Audience, type RenderOptions, type ReportFormat } from './format.ts';

/** Every format, by the name that `--report` takes. */
export const FORMATS: Readonly<Record<string, ReportFormat>> = guarded({
  terminal: { about: 'for people, on standard output', render: renderTerminal },
  html: { file: 'report.html', about: 'for people, in a browser, from one file', render: renderHtml },
  json: { file: 'report.json', about: 'for programs, with everything that happened', render: renderJson },
  junit: { file: 'junit.xml', about: 'for GitLab, Jenkins and most CI systems', render: renderJunit },
  ctrf: { file: 'ctrf.json', about: 'Common Test Report Format', render: renderCtrf },
  tap: { file: 'report.tap', about: 'Test Anything Protocol, version 14', render: renderTap },
  markdown: { file: 'report.md', about: 'for a comment on a pull request', render: renderMarkdown },
  github: {
    about: 'annotations for GitHub Actions, on standard output',
    takes: ['GITHUB_WORKSPACE'],
    render: renderGithub,
  },
  'github-summary': {
    file: 'summary.md',
    about: 'the summary of a step in GitHub Actions',
    append: true,
    render: renderGithubSummary,
  },
  'github-classroom': {
    file: 'github-classroom.txt',
    about: "a step's output as GitHub Classroom's graders make it",
    append: true,
    audience: 'student',
    render: renderGithubClassroom,
  },
  classroom50: {
    file: 'result.json',
    about: "Classroom 50's result",
    audience: 'student',
    needs: CLASSROOM50_NEEDS,
    takes: CLASSROOM50_TAKES,
    render: renderClassroom50,
  },
  gradescope: {
    file: 'results.json',
    about: "Gradescope's results; it shows each scenario when its visibility says so",
    audience: 'staff',
    render: renderGradescope,
  },
  prairielearn: {
    file: 'prairielearn.json',
    about: "PrairieLearn's results",
    audience: 'student',
    render: renderPrairielearn,
  },
  autolab: {
    about: 'feedback and scores for Autolab, last on standard output',
    audience: 'student',
    render: renderAutolab,
  },
});

/** No format ever gets to see what its reader must not. */
function guarded(formats: Readonly<Record<string, ReportFormat>>): Readonly<Record<string, ReportFormat>> {
  return Object.fromEntries(
    Object.entries(formats).map(([name, format]) => {
      const render = (report: Report, options: RenderOptions) =>
        format.render(forAudience(report, options.audience ?? 'student'), options);
      return [name, { ...format, render }];
    }),
  );
}
