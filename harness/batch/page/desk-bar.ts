import { html, join, type Markup, NOTHING } from '../../report/html/text.ts';

/** What a desk adds to the overview. */
export interface DeskBar {
  readonly by: string;
  /** Whether the gradebooks in the folder are those of what is decided. */
  readonly isExported: boolean;
  /** Files to download, by name. */
  readonly files: readonly string[];
  /** What has become of what was asked for. */
  readonly notice?: string | undefined;
  readonly isError?: boolean | undefined;
}

/** Writes the gradebooks, and says whether that is needed. */
export function deskHtml({ by, isExported, files, notice, isError }: DeskBar): Markup {
  const links = files.map((name) => html`<a href="${encodeURIComponent(name)}" download>${name}</a>`);
  return html`<section class="desk" aria-label="Desk"><form method="post" action="export"><button>Export</button></form>
<p>${isExported ? 'The gradebooks hold all that is decided.' : html`<strong>The gradebooks do not hold yet what is decided: export.</strong>`} <span class="soft">You decide as ${by}.</span></p>
${notice === undefined ? NOTHING : html`<p class="${isError ? 'bad' : ''}" role="${isError ? 'alert' : 'status'}">${notice}</p>`}
${isExported && links.length > 0 ? html`<p>${join(links, ' · ')}</p>` : NOTHING}</section>
`;
}
