import { isMap, isSeq, parseDocument } from 'yaml';

/** The text of a specification without the scenarios of these ids; every other line, comments too, stays as it is. */
export function withoutHidden(content: Uint8Array, ids: readonly string[]): Uint8Array {
  const document = parseDocument(Buffer.from(content).toString('utf8'), { keepSourceTokens: true });
  const scenarios = document.get('scenarios');
  if (!isSeq(scenarios)) return content;
  scenarios.items = scenarios.items.filter((item) => !(isMap(item) && ids.includes(String(item.get('id')))));
  if (scenarios.items.length === 0) document.delete('scenarios');
  return Buffer.from(document.toString({ lineWidth: 0 }));
}
