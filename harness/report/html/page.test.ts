import { createHash } from 'node:crypto';
import { type PageParts, renderPage } from './page.ts';
import { html } from './text.ts';

const HOSTILE = '</title><script>window.hurt=1</script>{{main}}$&';
const parts: PageParts = { title: HOSTILE, style: '.own { color: red }', main: html`<p>${HOSTILE}</p>` };
const policyOf = (page: string) => /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const between = (page: string, tag: string) =>
  new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '';

test('a page without a script allows none, and nothing else but its style', () => {
  const page = renderPage(parts);
  expect(policyOf(page)).toBe(
    `default-src 'none'; style-src ${hashOf(between(page, 'style'))}; base-uri 'none'; form-action 'none'`,
  );
  expect(between(page, 'style')).toContain(':root');
  expect(between(page, 'style')).toContain('.own { color: red }');
  expect(page).not.toContain('<script');
});

test('a page allows exactly its script, and what it asks for besides', () => {
  const page = renderPage({ ...parts, script: "'use strict';", policy: ["connect-src 'self'"] });
  expect(policyOf(page)).toContain(`script-src ${hashOf("'use strict';")}; connect-src 'self';`);
  expect(page.match(/<script>/g)).toHaveLength(1);
});

test('what strangers wrote is text, also where it looks like a part of the template', () => {
  const page = renderPage(parts);
  expect(between(page, 'title')).toBe(
    '&lt;/title&gt;&lt;script&gt;window.hurt=1&lt;/script&gt;{{main}}$&amp;',
  );
  expect(between(page, 'main')).toContain('<p>&lt;/title&gt;');
});
