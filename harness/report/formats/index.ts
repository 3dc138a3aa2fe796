import { forAudience } from '../audience.ts';
import { wholeOf } from '../tally.ts';
import { withoutGrade } from '../without-grade.ts';
import { CLASSROOM50_NEEDS, CLASSROOM50_TAKES } from './classroom50-environment.ts';
import type { Renderer, ReportFormat } from './format.ts';

export { AUDIENCES, type Audience, type Renderer, type RenderOptions, type ReportFormat } from './format.ts';

/** Every format, by the name that `--report` takes. */
export const FORMATS: Readonly<Record<string, ReportFormat>> = guarded({
  terminal: {
    about: 'for people, on standard output',
    load: async () => (await import('./terminal.ts')).renderTerminal,
  },
  html: {
    file: 'report.html',
    about: 'for people, in a browser, from one file',
    load: async () => (await import('../html/index.ts')).renderHtml,
  },
  json: {
    file: 'report.json',
    about: 'for programs, with everything that happened',
    load: async () => (await import('./json.ts')).renderJson,
  },
  junit: {
    file: 'junit.xml',
    about: 'for GitLab, Jenkins and most CI systems',
    load: async () => (await import('./junit.ts')).renderJunit,
  },
  ctrf: {
    file: 'ctrf.json',
    about: 'Common Test Report Format',
    load: async () => (await import('./ctrf.ts')).renderCtrf,
  },
  tap: {
    file: 'report.tap',
    about: 'Test Anything Protocol, version 14',
    load: async () => (await import('./tap.ts')).renderTap,
  },
  markdown: {
    file: 'report.md',
    about: 'for a comment on a pull request',
    load: async () => (await import('./markdown.ts')).renderMarkdown,
  },
  github: {
    about: 'annotations for GitHub Actions, on standard output',
    takes: ['GITHUB_WORKSPACE'],
    load: async () => (await import('./github.ts')).renderGithub,
  },
  'github-summary': {
    file: 'summary.md',
    about: 'the summary of a step in GitHub Actions',
    append: true,
    load: async () => (await import('./github.ts')).renderGithubSummary,
  },
  'github-classroom': {
    file: 'github-classroom.txt',
    about: "a step's output as GitHub Classroom's graders make it",
    append: true,
    audience: 'student',
    load: async () => (await import('./github-classroom.ts')).renderGithubClassroom,
    grades: true,
  },
  classroom50: {
    file: 'result.json',
    about: "Classroom 50's result",
    audience: 'student',
    needs: CLASSROOM50_NEEDS,
    takes: CLASSROOM50_TAKES,
    load: async () => (await import('./classroom50.ts')).renderClassroom50,
    grades: true,
  },
  gradescope: {
    file: 'results.json',
    about: "Gradescope's results; it shows each scenario when its visibility says so",
    audience: 'staff',
    load: async () => (await import('./gradescope.ts')).renderGradescope,
    grades: true,
  },
  prairielearn: {
    file: 'prairielearn.json',
    about: "PrairieLearn's results",
    audience: 'student',
    load: async () => (await import('./prairielearn.ts')).renderPrairielearn,
    grades: true,
  },
  autolab: {
    about: 'feedback and scores for Autolab, last on standard output',
    audience: 'student',
    load: async () => (await import('./autolab.ts')).renderAutolab,
    grades: true,
  },
  coursera: {
    file: 'feedback.json',
    about: "Coursera's feedback",
    audience: 'student',
    load: async () => (await import('./coursera.ts')).renderCoursera,
    grades: true,
  },
  markus: {
    about: 'one JSON object a scenario for a custom tester of MarkUs, on standard output',
    audience: 'student',
    load: async () => (await import('./markus.ts')).renderMarkus,
    grades: true,
  },
  'moodle-vpl': {
    about: "comments and the grade for Moodle's Virtual Programming Lab, on standard output",
    audience: 'student',
    takes: ['VPL_GRADEMAX'],
    load: async () => (await import('./moodle-vpl.ts')).renderMoodleVpl,
    grades: true,
  },
});

/** No format ever gets to see what its reader must not. */
function guarded(formats: Readonly<Record<string, ReportFormat>>): Readonly<Record<string, ReportFormat>> {
  return Object.fromEntries(
    Object.entries(formats).map(([name, format]) => {
      const load = async (): Promise<Renderer> => {
        const render = await format.load();
        return (report, options) => {
          const known = format.grades ? withoutGrade(report) : report;
          const shown = forAudience(known, options.audience ?? 'student');
          return render(shown, { ...options, whole: wholeOf(known) });
        };
      };
      return [name, { ...format, load }];
    }),
  );
}
