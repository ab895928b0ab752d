import { URI_METHODS } from '../../../runtime/data/methods.js';
import type { Environment } from '../../../runtime/types.js';
import type { Reading } from '../../conditions/condition.js';
import type { CapabilityUse } from '../../interpret/capability-uses.js';
import { pathWorld } from '../../interpret/interpret.js';
import { literalsOf } from '../../ir/normal-form.js';
import type { Policy } from '../../ir/policy.js';
import { analysedRule, RegionCache } from '../regions/formula.js';
import { Regions } from '../regions/regions.js';
import { pathOfReading, type Witness } from './call.js';
import { argumentsWith } from './selector.js';

/** A tool or method, and what it does under each policy; null: it is not judged. */
export interface Remapped {
  readonly tool?: string;
  readonly method?: string;
  readonly before: readonly CapabilityUse[] | null;
  readonly after: readonly CapabilityUse[] | null;
}

/** Parameters of a request that names a file. */
export function fileParams(method: string, path: string): Record<string, unknown> {
  const [pointer = '/uri'] = URI_METHODS.get(method) ?? [];
  return argumentsWith({ [pointer]: `file://${path}` });
}

/** Calls with values at the borders of the rules' conditions, under every argument that one of the mappings reads. */
export function* likelyCalls(
  remapped: Remapped,
  before: Policy,
  after: Policy,
  environment: Environment,
): Iterable<Witness> {
  const uses = [...(remapped.before ?? []), ...(remapped.after ?? [])];
  const capability = uses.at(-1)?.mapping.capability ?? '';
  const values: Record<Selected, unknown[]> = {
    path: [],
    amount: [],
    text: [],
    url: [],
    command: [],
    sql: [],
    recipient: [],
  };
  for (const policy of [before, after]) {
    const regions = new RegionCache(new Regions(pathWorld(policy, environment), false));
    for (const rule of policy.rules) {
      for (const { region, dimension } of literalsOf(analysedRule(rule, regions).formula)) {
        if (!isSelected(dimension)) continue;
        const samples = (region.borders ?? region.samples).call(region).slice(0, MAX_VALUES);
        values[dimension].push(
          ...(dimension === 'path' ? samples.map((value) => pathOfReading(value as Reading)) : samples),
        );
      }
    }
  }
  const contexts = [
    {},
    ...[...new Set([before, after].flatMap(({ riskLevels }) => Object.keys(riskLevels)))].map((level) => ({
      risk_level: level,
    })),
  ];
  const call = (args: Record<string, unknown>, context: Record<string, string>): Witness => ({
    ...(remapped.tool !== undefined ? { tool: remapped.tool } : { method: remapped.method as string }),
    capability,
    args,
    context,
  });
  for (const context of contexts) yield call({}, context);
  if (remapped.method !== undefined) {
    for (const path of values.path.slice(0, MAX_VALUES)) yield call(fileParams(remapped.method, path as string), {});
    yield call(fileParams(remapped.method, '/x'), {});
  }
  const readers = [
    [uses.map(({ mapping }) => mapping.paths ?? ['path']), [...values.path, '/elsewhere/x']],
    [uses.map(({ mapping }) => mapping.amounts ?? ['amount']), [...values.amount, 1]],
    [uses.map(({ mapping }) => mapping.text?.flat() ?? ['text']), [...values.text, 'x']],
    [uses.map(({ mapping }) => mapping.urls ?? ['url']), values.url],
    [uses.map(({ mapping }) => mapping.commands?.flat() ?? ['command']), values.command],
    [uses.map(({ mapping }) => mapping.sql ?? ['sql']), values.sql],
    [uses.map(({ mapping }) => mapping.recipients ?? ['to']), values.recipient],
  ] as const;
  const options = readers.flatMap(([selectors, found]) => {
    const names = [...new Set(selectors.flat())];
    return found.slice(0, MAX_VALUES).map((value) => ({ names, value }));
  });
  for (const { names, value } of options) {
    for (const name of names) yield call(argumentsWith({ [name]: value }), {});
    yield call(argumentsWith(Object.fromEntries(names.map((name) => [name, value]))), {});
  }
  for (const one of options) {
    for (const other of options) {
      const [first, second] = [one.names[0], other.names.at(-1)];
      if (first === undefined || second === undefined || first === second) continue;
      yield call(argumentsWith({ [first]: one.value, [second]: other.value }), {});
    }
  }
}

/** Facts whose values selectors find. */
type Selected = 'path' | 'amount' | 'text' | 'url' | 'command' | 'sql' | 'recipient';

function isSelected(dimension: string): dimension is Selected {
  return ['path', 'amount', 'text', 'url', 'command', 'sql', 'recipient'].includes(dimension);
}

/** Of each fact. */
const MAX_VALUES = 8;
