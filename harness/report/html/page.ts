import { createHash } from 'node:crypto';
import BASE from './base.css';
import COLOURS from './colours.css';
import TEMPLATE from './page.html';
import { html, Markup, NOTHING } from './text.ts';

/** What one page has and another has not. */
export interface PageParts {
  readonly title: string;
  /** The page's own style sheet; it comes after the one that all pages share. A constant of the program. */
  readonly style: string;
  readonly main: Markup;
  /** What the page can do more with a script. A constant of the program, never made of data. @default no script */
  readonly script?: string | undefined;
  /** More directives of the Content-Security-Policy, such as `connect-src 'self'`. @default nothing may be loaded */
  readonly policy?: readonly string[];
  /** A page of a server: its forms are sent there, and it says so when it asks for something. @default false */
  readonly served?: boolean;
}

/** The Content-Security-Policy of a page, to be sent with it as well. */
export function policyOf(page: string): string {
  return (
    /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1] ?? "default-src 'none'"
  );
}

/**
 * A whole page, as every page of the grader is: one file that needs no network, with a policy by which a browser applies
 * this style and runs this script and nothing else.
 */
export function renderPage({ title, style, main, script, policy = [], served = false }: PageParts): string {
  const sheet = `${COLOURS}${BASE}${style}`;
  const directives = [
    "default-src 'none'",
    `style-src '${hash(sheet)}'`,
    ...(script === undefined ? [] : [`script-src '${hash(script)}'`]),
    ...policy,
    "base-uri 'none'",
    `form-action ${served ? "'self'" : "'none'"}`,
  ];
  const parts: Readonly<Record<string, Markup>> = {
    policy: new Markup(directives.join('; ')),
    // Without a referrer a browser calls the origin of a form "null".
    referrer: new Markup(served ? 'same-origin' : 'no-referrer'),
    title: html`${title}`,
    style: new Markup(sheet),
    main,
    script: script === undefined ? NOTHING : html`<script>${new Markup(script)}</script>`,
  };
  return TEMPLATE.replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name]?.text ?? missing(name));
}

function missing(name: string): never {
  throw new Error(`page.html names {{${name}}}, which no page has`);
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
