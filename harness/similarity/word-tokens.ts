import { KIND, type Token } from './token.ts';

/** How a language writes comments. */
export type Comments = '#' | '//' | '--';

/** Words that languages keep for themselves. What is missing here counts as a name, the same in all submissions. */
const KEYWORDS = new Set(
  `abstract alias and as async auto await base begin bool break byte case catch char checked class const constexpr continue
  def default defer defined delegate delete die do done double elif else elseif elsif end ensure enum esac event
  extends extern false fi final finally fixed float fn for foreach friend fun func function global goto guard if
  implements in inline int interface internal is lambda last let local lock long loop match module mut my namespace new next
  nil not null object of operator or our override package params private protected public pub raise readonly redo repeat
  rescue retry return sealed select self short signed sizeof static struct sub super switch then this throw throws trait
  true try type typedef typeof undef union unless unsafe unsigned until use using val var virtual void volatile when where
  while with yield`.split(/\s+/),
);

/** Up to its end, or that of the line: what always fits is never looked for twice. */
const TEXT =
  /"(?:\\[\s\S]|[^"\\\n])*\\?(?:"|(?=\n)|$)|'(?:\\[\s\S]|[^'\\\n])*\\?(?:'|(?=\n)|$)|`(?:\\[\s\S]|[^`\\])*\\?(?:`|$)/;
const NUMBER = /\b\d[\w.]*/;
const WORD = /[$@\p{L}_][\p{L}\p{N}_]*/u;
const SIGN = /[-+*/%&|^=<>!~?:.]{1,3}|[^\s\w]/;
const COMMENTS: Readonly<Record<Comments, string>> = {
  '#': '#[^\\n]*',
  '//': '//[^\\n]*|/\\*[\\s\\S]*?(?:\\*/|$)',
  '--': '--\\[\\[[\\s\\S]*?(?:\\]\\]|$)|--[^\\n]*',
};

/** The tokens of a source text in a language without a grammar here: words, numbers, texts and signs. */
export function wordTokens(source: string, comments: Comments): Token[] {
  const pattern = new RegExp(
    `(?<comment>${COMMENTS[comments]})|(?<text>${TEXT.source})|(?<number>${NUMBER.source})|(?<word>${WORD.source})|(?<sign>${SIGN.source})`,
    'gu',
  );
  const tokens: Token[] = [];
  for (const { 0: whole, index, groups = {} } of source.matchAll(pattern)) {
    const kind = kindOf(whole, groups);
    if (kind !== undefined) tokens.push({ kind, from: index, to: index + whole.length });
  }
  return tokens;
}

function kindOf(whole: string, groups: Readonly<Record<string, string | undefined>>): string | undefined {
  if (groups.comment !== undefined) return undefined;
  if (groups.text !== undefined) return KIND.text;
  if (groups.number !== undefined) return KIND.number;
  if (groups.word !== undefined) return KEYWORDS.has(whole) ? whole : KIND.name;
  return whole;
}
