import type { Mapping } from '../../../runtime/types.js';
import { pathWorld } from '../../interpret/interpret.js';
import { callOf, type Witness } from '../calls/call.js';
import type { Remapped } from '../calls/likely-calls.js';
import { type CallKind, presenceOf } from '../calls/shapes.js';
import { dimensionFor } from '../calls/space.js';
import type { Shape } from '../regions/search.js';
import type { PolicyPair } from './policy-pair.js';

/** The facts of one call that has several mappings: which of them are the same, and which are told apart. */
export class MappingFacts {
  private readonly kinds = new Map<string, CallKind>();
  readonly shape: Shape;

  constructor(
    private readonly remapped: Remapped,
    { before, environment }: PolicyPair,
  ) {
    const made = new Map<string, ReturnType<typeof dimensionFor>>();
    this.shape = {
      presence: (key) => presenceOf(this.kindOf(key), plainKey(key)),
      dimension: (key) => {
        let dimension = made.get(key);
        if (!dimension) {
          dimension = dimensionFor(plainKey(key), this.kindOf(key), [], pathWorld(before, environment));
          made.set(key, dimension);
        }
        return dimension;
      },
    };
  }

  /** Names the facts of a mapping. */
  placeOf(mapping: Mapping): (dimension: string) => string {
    const { capability, ...rest } = mapping;
    const kind: CallKind = { tool: this.remapped.tool, capability, mapping: rest, isWhole: true };
    return (dimension) => {
      const key = factOf(dimension, mapping);
      this.kinds.set(key, kind);
      return key;
    };
  }

  /** The call with the values of all its mappings' facts. */
  witness(assignment: Parameters<typeof callOf>[0], capability: string): Witness {
    const { tool, method } = this.remapped;
    let args: Record<string, unknown> = {};
    let context: Record<string, string> = {};
    let history: Witness['history'];
    for (const [key, slots] of assignment) {
      const part = callOf(new Map([[plainKey(key), slots]]), this.kindOf(key));
      args = { ...args, ...part.args };
      context = { ...context, ...part.context };
      if (part.history) history = { ...history, ...part.history };
    }
    return {
      ...(tool !== undefined ? { tool } : { method: method as string }),
      capability,
      args,
      context,
      ...(history && { history }),
    };
  }

  private kindOf(key: string): CallKind {
    return this.kinds.get(key) ?? NO_KIND;
  }
}

const SEPARATOR = '\n';

/** The same selectors find the same values; what is not selected is the call's own. */
function factOf(dimension: string, mapping: Mapping): string {
  switch (dimension) {
    case 'path':
      return [dimension, JSON.stringify([mapping.paths, mapping.tree ?? false])].join(SEPARATOR);
    case 'text':
    case 'secret':
      return [dimension, JSON.stringify([mapping.text, mapping.otherText ?? false])].join(SEPARATOR);
    case 'amount':
      return [dimension, JSON.stringify(mapping.amounts)].join(SEPARATOR);
    case 'url':
      return [dimension, JSON.stringify(mapping.urls)].join(SEPARATOR);
    case 'command':
      return [dimension, JSON.stringify([mapping.commands, mapping.shell])].join(SEPARATOR);
    case 'sql':
      return [dimension, JSON.stringify([mapping.sql, mapping.dialect])].join(SEPARATOR);
    case 'recipient':
      return [dimension, JSON.stringify(mapping.recipients)].join(SEPARATOR);
    case 'risk':
      return mapping.risk === undefined ? dimension : [dimension, mapping.risk].join(SEPARATOR);
    default:
      return dimension;
  }
}

const NO_KIND: CallKind = { tool: undefined, capability: '', mapping: {}, isWhole: true };

function plainKey(key: string): string {
  return key.split(SEPARATOR)[0] as string;
}
