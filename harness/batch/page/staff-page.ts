import { type PageParts, renderPage } from '../../report/html/page.ts';
import { html, type Markup, NOTHING } from '../../report/html/text.ts';
import SCRIPT from './staff-page.client.js';
import STYLE from './staff-page.css';

interface StaffPage {
  /** The report, as staff may see it. */
  readonly report: PageParts & { readonly script: string };
  /** What stands above the report. @default nothing, until it is put there: see `withStaffHead` */
  readonly head?: Markup;
  /** What stands beside it. @default nothing */
  readonly source?: Markup;
  /** Whether a desk serves it. @default false */
  readonly served?: boolean;
}

/** The page of a submission for staff: its report, with the source beside it and the form to decide above. */
export function renderStaffPage({
  report,
  head = NOTHING,
  source = NOTHING,
  served = false,
}: StaffPage): string {
  const { title, style, script, main } = report;
  return renderPage({
    title,
    style: `${style}${STYLE}`,
    script: `${script}${SCRIPT}`,
    main: html`${head}<div class="report">
${main}
</div>
${source}`,
    served,
  });
}
