import { homedir } from 'node:os';
import { type Document, isMap, isSeq, parseDocument, stringify } from 'yaml';
import type { Decision } from '../../runtime/types.js';
import type { Witness } from '../analyse/calls/call.js';

/** A case as it is written. */
export type WrittenCase = { readonly name: string } & Readonly<Record<string, unknown>>;

/**
 * The case that a witness is, with the verdict that it gets now.
 *
 * @param where Where the gateway is, and whether the policy asks for the past: then a call that nothing came before says so.
 * @returns undefined where it can't be written down: another request of the protocol, a past that people have approved.
 */
export function writtenCase(
  name: string,
  { tool, method, policy, capability, args, context, now, history, trace, at }: Witness,
  decision: Decision,
  where: { readonly asksOfPast: boolean; readonly roots: readonly string[] },
): WrittenCase | undefined {
  if (method !== undefined || policy !== undefined) return undefined;
  if (trace?.some((step) => step.tool === undefined || step.approved)) return undefined;
  const before = trace?.flatMap((step) => {
    const one = {
      tool: step.tool,
      ...(Object.keys(step.args).length > 0 && { args: step.args }),
      result: step.result,
      at: step.at,
    };
    return Array.from({ length: step.times ?? 1 }, () => one);
  });
  // Said even with calls before it: a fixture may have a past of its own, which each case takes over.
  const past = history ?? (where.asksOfPast ? {} : undefined);
  const written = {
    name,
    ...(tool === undefined ? { capability } : { tool }),
    ...(Object.keys(args).length > 0 && { args }),
    ...(Object.keys(context).length > 0 && { context }),
    ...(where.roots.length > 0 && { root: where.roots.length === 1 ? where.roots[0] : where.roots }),
    ...(now !== undefined && { now }),
    ...(past !== undefined && { history: past }),
    ...(before !== undefined && { before, ...(at !== undefined && { at }) }),
    expect: { decision },
  };
  return atHome(written) as WrittenCase;
}

/** The home folder is another one on other machines. */
function atHome(value: unknown): unknown {
  if (typeof value === 'string') {
    const home = homedir();
    return value === home || value.startsWith(`${home}/`) ? `~${value.slice(home.length)}` : value;
  }
  if (Array.isArray(value)) return value.map(atHome);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, atHome(inner)]));
}

/** The text of a fixture that has no cases yet. @param policy Its path, from the fixture's folder. */
export function emptyFixture(policy: string, [first]: readonly WrittenCase[]): string {
  const root = first?.['root'];
  return stringify({ policy, ...(root !== undefined && { root }), cases: [] });
}

/** The text of a fixture with these cases behind its own; its comments and its form stay. */
export function withCases(text: string, cases: readonly WrittenCase[]): string {
  const document: Document = parseDocument(text);
  const list = document.get('cases');
  if (!isMap(document.contents) || !isSeq(list)) throw new TypeError('no list of cases');
  const used = new Set(list.items.flatMap((item) => (isMap(item) ? [String(item.get('name'))] : [])));
  list.flow = false;
  const shared = JSON.stringify(document.toJS().root);
  for (const { root, ...rest } of cases) {
    // What the fixture says already of all of them is not said again.
    const one = { ...rest, ...(root !== undefined && JSON.stringify(root) !== shared && { root }) } as WrittenCase;
    let { name } = one;
    for (let number = 2; used.has(name); number++) name = `${one.name} (${number})`;
    used.add(name);
    const node = document.createNode({ ...one, name }, { flow: false });
    if (isMap(node))
      for (const { key, value } of node.items)
        if ((isMap(value) || isSeq(value)) && String(key) !== 'before') value.flow = true;
        else if (isSeq(value)) for (const step of value.items) if (isMap(step)) step.flow = true;
    list.add(node);
  }
  return document.toString({ lineWidth: 0 });
}
