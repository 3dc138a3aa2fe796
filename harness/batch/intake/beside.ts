import type { Refused } from '../archive/target.ts';

const README = /^(?:readme|licen[cs]e|copying|index)(?:\.\w+)?$/i;
/** What staff put beside submissions: lists and notes. */
const TEXT = /\.(?:txt|md|rst|log|html?|csv|tsv|xlsx?|ods)$/i;
/** What a student may hand in instead of a program. */
const DOCUMENT = /\.(?:pdf|docx?|odt|rtf|pages|eml|msg|pptx?)$/i;

/** Why a text is no submission. */
const BESIDE = 'it is a text that stands beside the submissions';

/** A file that can't be anybody's submission, by its name. */
export function isReadme(name: string): boolean {
  return README.test(name);
}

/** A readme or a list, as staff keep it beside a download. */
export function isForStaff(name: string): boolean {
  return isReadme(name) || /\.(?:csv|tsv|xlsx?|ods)$/i.test(name);
}

/** A document that may be all that a student has handed in. */
export function isDocument(name: string): boolean {
  return DOCUMENT.test(name);
}

/** A text or a document, which is no submission where others hand in folders. */
export function isText(name: string): boolean {
  return TEXT.test(name) || DOCUMENT.test(name);
}

/** Says that something stands beside the submissions; a text of staff is not missed by anybody. */
export function besideSubmissions(name: string): Refused {
  return { name, why: BESIDE, harmless: true };
}
