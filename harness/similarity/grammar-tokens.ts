import type { Parser, Tree, TreeCursor } from '@lezer/common';
import { KIND, type Token } from './token.ts';

/** Microseconds of the processor that a grammar may take for one file: more than ten times what the largest one takes. */
const PATIENCE = 3_000_000;
/** Steps of a grammar after which the clock is read. */
const OFTEN = 500;

const COMMENT = /Comment|^Shebang$/;
/** What every program has that uses the same library. */
const IMPORT =
  /^(?:Import(?:Statement|Declaration|Decl|Spec)?|PackageDeclaration|PackageClause|UseDeclaration|NamespaceUseDeclaration)$/;
const TEXT =
  /String|CharLiteral|^CharacterLiteral$|^Char$|^Rune$|^RegExp$|^TextBlock$|^(?:JSX)?Text$|^PreprocArg$/;
const NUMBER = /Number|Integer|Float/;
const TYPE = /^(?:PrimitiveType|SizedTypeSpecifier|(?:Scoped)?Type(?:Identifier|Name))$/;
/** Words that are no names although their nodes have another name than they. */
const FIXED = /Op$|Boolean|^(?:True|False|NULL|Nil|None|Vis|Visibility|Access)$/;
const WORD = /^[$\p{L}_][$\p{L}\p{N}_]*$/u;

/** The tokens of a source text by its grammar, whatever is wrong with it; undefined where the grammar is not up to it. */
export function grammarTokens(parser: Parser, source: string): Token[] | undefined {
  const tree = parse(parser, source);
  if (tree === undefined) return undefined;
  const tokens: Token[] = [];
  const cursor = tree.cursor();
  let isMore = true;
  while (isMore) {
    const { name, from, to } = cursor;
    const kind = kindOf(cursor, source);
    // Its name says nothing: what is inside says it.
    if (kind === 'inside' && cursor.firstChild()) continue;
    const found = kind === 'inside' ? leafKind(name, source.slice(from, to)) : kind;
    if (found !== undefined && to > from) tokens.push({ kind: found, from, to });
    isMore = goOn(cursor);
  }
  return tokens;
}

/** To what comes next and is not inside; false at the end. Without recursion, since programs may be nested without end. */
function goOn(cursor: TreeCursor): boolean {
  while (!cursor.nextSibling()) if (!cursor.parent()) return false;
  return true;
}

/** Undefined for what was written to keep a grammar busy, or to use up its stack. */
function parse(parser: Parser, source: string): Tree | undefined {
  const began = process.cpuUsage();
  try {
    const parsing = parser.startParse(source);
    for (let steps = 1; ; steps++) {
      const tree = parsing.advance();
      if (tree !== null) return tree;
      const { user, system } = steps % OFTEN === 0 ? process.cpuUsage(began) : { user: 0, system: 0 };
      if (user + system > PATIENCE) return undefined;
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What a node counts as: nothing, one token, or whatever is inside it. */
function kindOf({ name, from }: TreeCursor, source: string): string | undefined {
  if (COMMENT.test(name) || IMPORT.test(name)) return undefined;
  if (name === 'PreprocDirective' && /^#\s*include\b/.test(source.slice(from, from + 40))) return undefined;
  if (TEXT.test(name)) return KIND.text;
  return TYPE.test(name) ? KIND.type : 'inside';
}

function leafKind(name: string, text: string): string {
  if (NUMBER.test(name)) return KIND.number;
  return name !== text && WORD.test(text) && !FIXED.test(name) ? KIND.name : text;
}
