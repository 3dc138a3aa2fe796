import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';

/** Longest line that a step is written on, in columns. */
const WIDTH = 100;
const TOP =
  'version title description extends env params programs limits defaults late_policy known_errors templates include scenarios';
const SCENARIO =
  'id title points explain hint references visibility hidden_message failure_details tags requires skip only_if retries scoring matrix timeout limits defaults setup sources steps cleanup';

/**
 * A specification in one form: keys in the order of the reference, two spaces a level, a step on one line where it fits,
 * an empty line between scenarios. Comments and quotes stay. The text must be right YAML.
 */
export function formatSpecification(text: string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const document = parseDocument(text.replaceAll('\r\n', '\n'));
  const root = document.contents;
  if (!isMap(root)) return text;
  order(root, TOP);
  for (const { key, value } of root.items as { key: unknown; value: unknown }[]) {
    if (isScalar(key))
      key.spaceBefore = ['params', 'programs', 'templates', 'include', 'scenarios'].includes(
        String(key.value),
      );
    if (isScalar(key) && key.value === 'scenarios' && isSeq(value)) arrange(value.items as unknown[]);
  }
  layOut(document);
  const formatted = document.toString({
    indent: 2,
    lineWidth: 110,
    flowCollectionPadding: true,
    doubleQuotedMinMultiLineLength: 1_000_000,
  });
  return formatted
    .replaceAll(/\[ ([^\n]*?) \](?=[\s,}\]]|$)/gm, (whole, inner: string) =>
      /["'#]/.test(inner) ? whole : `[${inner}]`,
    )
    .replaceAll('\n', newline);
}

function arrange(scenarios: readonly unknown[]): void {
  for (const [index, scenario] of scenarios.entries()) {
    if (!isMap(scenario)) continue;
    if (!scenario.flow) order(scenario, SCENARIO);
    scenario.spaceBefore = index > 0 && !scenario.flow;
  }
}

/** Puts the keys of a map in an order; those that it does not name come last, as they were. */
function order(map: YAMLMap, keys: string): void {
  const known = keys.split(' ');
  const rank = (key: unknown) => {
    const at = known.indexOf(isScalar(key) ? String(key.value) : '');
    return at === -1 ? known.length : at;
  };
  // What is said at the beginning of the file stays there.
  const first = map.items[0]?.key as { commentBefore?: string | null } | undefined;
  const opening = first?.commentBefore;
  if (first && opening) first.commentBefore = null;
  map.items.sort((a, b) => rank(a.key) - rank(b.key));
  const now = map.items[0]?.key as { commentBefore?: string | null } | undefined;
  if (now && opening) now.commentBefore = now.commentBefore ? `${opening}\n${now.commentBefore}` : opening;
}

/** Steps, programs and the like on one line where they fit and hold no comment. */
function layOut(document: Document.Parsed): void {
  visit(document, {
    Pair: (_, { key, value }, path) => {
      if (!isScalar(key) || !isCollection(value) || path.length < 3) return;
      if (['steps', 'setup', 'cleanup', 'scenarios', 'matrix'].includes(String(key.value))) return;
      if (hasComment(value) || hasBlock(value)) return;
      const length = JSON.stringify(value.toJSON()).length + String(key.value).length + 2 * path.length;
      if (length <= WIDTH) makeFlow(value);
    },
  });
}

function makeFlow(node: Node): void {
  visit(node, {
    Collection: (_, inner) => {
      inner.flow = true;
      inner.spaceBefore = false;
    },
  });
  if (isCollection(node)) node.flow = true;
}

function hasComment(node: Node): boolean {
  let found = false;
  visit(node, {
    Node: (_, { comment, commentBefore }) => {
      found ||= Boolean(comment) || Boolean(commentBefore);
    },
  });
  return found;
}

/** Texts in blocks have lines of their own. */
function hasBlock(node: Node): boolean {
  let found = false;
  visit(node, {
    Scalar: (_, { type }) => {
      found ||= type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
    },
  });
  return found;
}
