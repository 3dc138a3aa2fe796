import { Document, isCollection, isMap, isScalar, parse, visit } from 'yaml';
import type { Json } from '../../model/index.ts';

/** A step as it will stand in a file: its verb and what follows it. */
export interface WrittenStep {
  readonly verb: string;
  readonly args: Json;
}

/** A step on one line, in the form that the examples of the guide have. */
export function stepText({ verb, args }: WrittenStep): string {
  return flow({ [verb]: args }).replace(/^\{ (.*) \}$/s, '$1');
}

/** A value in one line of YAML. */
export function flow(value: Json): string {
  const document = new Document(value);
  visit(document, {
    Collection: (_, node) => {
      node.flow = true;
    },
    Pair: (_, { key, value: node }) => {
      // A pattern reads best in single quotes, where a backslash stays as it is.
      if (
        isScalar(key) &&
        key.value === 'regex' &&
        isScalar<string>(node) &&
        !/['\n]/.test(String(node.value))
      )
        node.type = 'QUOTE_SINGLE';
    },
    Scalar: (_, node) => {
      // What is folded over several lines could not be put on one.
      if (typeof node.value === 'string' && /[\n\r]/.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  if (isCollection(document.contents)) document.contents.flow = true;
  const text = document
    .toString({ lineWidth: 0, flowCollectionPadding: true, doubleQuotedMinMultiLineLength: Infinity })
    .trimEnd();
  return isMap(document.contents) ? text.replaceAll(/\{\s*\n\s*/g, '{ ').replaceAll(/\s*\n\s*/g, ' ') : text;
}

/** A text that is written so that `${{` in it is no name. */
export function literally(text: string): string {
  return text.replaceAll('${{', () => '$${{');
}

/** Steps as they stand in a file, each on one line; a string says why they are no list of steps. */
export function readSteps(text: string): readonly string[] | string {
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
  if (!Array.isArray(parsed) || parsed.length === 0) return 'a list of steps is needed, each behind "- "';
  const lines: string[] = [];
  for (const step of parsed) {
    if (typeof step !== 'object' || step === null || Array.isArray(step))
      return `"${String(step)}" is no step: it needs a verb and a colon`;
    const entries = Object.entries(step as Record<string, Json>);
    const [verb = '', args = null] = entries[0] ?? [];
    lines.push(
      entries.length === 1
        ? stepText({ verb, args })
        : `{ ${entries.map(([key, value]) => stepText({ verb: key, args: value })).join(', ')} }`,
    );
  }
  return lines;
}
