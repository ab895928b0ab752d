import type { CallFacts } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import type { Expression } from './policy.js';

const ALWAYS: Expression = { kind: 'all', of: [] };
const NEVER: Expression = { kind: 'any', of: [] };

/** What is left of an expression for calls of one tool: what it says of tools is known then. */
export function forTool(expression: Expression, tool: string): Expression {
  switch (expression.kind) {
    case 'atom': {
      const { key, data } = expression.atom;
      if (key !== 'tool_name') return expression;
      // This condition looks at nothing else.
      const truths = conditionOf(key).evaluate(data, { tool } as CallFacts, 'permit');
      return truths.every((truth) => truth === 'true') ? ALWAYS : NEVER;
    }
    case 'not': {
      const of = forTool(expression.of, tool);
      return isNever(of) ? ALWAYS : of.kind === 'all' && of.of.length === 0 ? NEVER : { kind: 'not', of };
    }
    default: {
      const { kind } = expression;
      const parts = expression.of.map((part) => forTool(part, tool));
      const isEnd = (part: Expression) => part.kind === (kind === 'all' ? 'any' : 'all') && part.of.length === 0;
      if (parts.some(isEnd)) return kind === 'all' ? NEVER : ALWAYS;
      const of = parts.filter((part) => !(part.kind === kind && part.of.length === 0));
      const [only] = of;
      return of.length === 1 && only ? only : { kind, of };
    }
  }
}

/** Can it never hold? */
export function isNever(expression: Expression): boolean {
  return expression.kind === 'any' && expression.of.length === 0;
}
