export { compare } from './compare.ts';
export { type Document, documentOf } from './document.ts';
export { pairId, percent, renderSimilar } from './page.ts';
export { readSources } from './read-sources.ts';
