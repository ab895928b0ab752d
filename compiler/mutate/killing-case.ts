import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import type { Survivor } from './mutate.js';

/**
 * A case that notices what survived: its call, with the verdict that the policy gives it now.
 *
 * @returns undefined where no single call shows the difference, or a whole past would have to be written down by hand.
 */
export function killingCase({ mutant, witness, from }: Survivor): Record<string, unknown> | undefined {
  if (!witness || from === null || witness.tool === undefined || witness.policy !== undefined) return undefined;
  const { tool, args, context, now, history, trace, at } = witness;
  const before = trace?.map((step) => {
    if (step.tool === undefined || step.approved || (step.times ?? 1) > 1) return undefined;
    return { tool: step.tool, args: step.args, result: step.result, at: step.at };
  });
  if (before?.some((step) => step === undefined)) return undefined;
  return {
    name: `${mutant.rule}, ${mutant.kind.replaceAll('-', ' ')}: ${tool} is ${from}`,
    tool,
    ...(Object.keys(args).length > 0 && { args }),
    ...(Object.keys(context).length > 0 && { context }),
    ...(now !== undefined && { now }),
    ...(history !== undefined && { history }),
    ...(before !== undefined && { before, ...(at !== undefined && { at }) }),
    expect: { decision: from },
  };
}

/** The text of a fixture with these cases behind its own; its comments and its form stay. */
export function withCases(text: string, cases: readonly Record<string, unknown>[]): string {
  const document: Document = parseDocument(text);
  const list = document.get('cases');
  if (!isMap(document.contents) || !isSeq(list)) throw new TypeError('no list of cases');
  const used = new Set(list.items.flatMap((item) => (isMap(item) ? [String(item.get('name'))] : [])));
  for (const one of cases) {
    let { name } = one as { readonly name: string };
    for (let number = 2; used.has(name); number++) name = `${one['name']} (${number})`;
    used.add(name);
    const node = document.createNode({ ...one, name });
    node.flow = false;
    list.add(node);
  }
  return document.toString({ lineWidth: 0 });
}
