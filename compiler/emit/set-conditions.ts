import type { Atom, Condition, Mode } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import { forbids, modeOf } from '../ir/decision.js';
import { conditionsOf } from '../ir/implied.js';
import { mapLiterals, type NormalForm, normalForm } from '../ir/normal-form.js';
import type { Rule } from '../ir/policy.js';
import { Code, code } from './code/code.js';
import type { IndexedLiteral } from './formula-text.js';
import type { ModuleScope } from './scope.js';

export interface SetLiteral extends IndexedLiteral {
  /** Which of the questions of the runtime's truth-set.ts is asked. */
  readonly question: string;
}

/** The distinct conditions of a rule set: those that become the same code are one, whatever rules they stand in. */
export class SetConditions {
  readonly all: SetCondition[] = [];
  private readonly index = new Map<string, number>();

  constructor(private readonly scope: ModuleScope) {}

  /** What a rule asks of them. */
  formOf(rule: Rule): NormalForm<SetLiteral> {
    const quantifier = forbids(rule.decision) ? 'MAY' : 'MUST';
    return mapLiterals(normalForm(conditionsOf(rule)), ({ atom, negated }) => ({
      at: this.at(atom, modeOf(conditionOf(atom.key), rule.decision, negated)),
      negated,
      question: negated ? `${quantifier}_NOT` : quantifier,
    }));
  }

  /** As the conditions of a few rules. */
  list(): Code[] {
    if (this.all.length === 0) return [code`    conditions: [],`];
    return [
      code`    conditions: [`,
      ...this.all.map((condition, at) => code`      ${condition.member()}, // ${truthSetName(at)}`),
      code`    ],`,
    ];
  }

  /** As those of a table. */
  table(): Code[] {
    const items = this.all.map((condition, at) => code`${condition.lookup()}, // ${truthSetName(at)}`);
    return [code`    conditions: ${this.scope.list(items, '      ', 'TableCondition')},`];
  }

  private at({ key, data }: Atom, mode: Mode): number {
    const condition = conditionOf(key);
    const expression = condition.emit(data, this.scope, mode);
    const known = this.index.get(expression.text);
    if (known !== undefined) return known;
    this.index.set(expression.text, this.all.length);
    return this.all.push(new SetCondition(condition, data, mode, expression, this.scope)) - 1;
  }
}

/** A condition of a set, and how it is written where it stands. */
class SetCondition {
  constructor(
    private readonly condition: Condition<unknown>,
    private readonly data: unknown,
    private readonly mode: Mode,
    private readonly expression: Code,
    private readonly scope: ModuleScope,
  ) {}

  /** Its truth set in a call whose facts are `f`. */
  value(): Code {
    return this.condition.isFixed ? this.expression : code`${this.named()}(f)`;
  }

  /** As a RuleCondition. */
  member(): Code {
    const truthSet = this.condition.isFixed ? code`() => ${this.expression}` : this.named();
    return code`{ fact: ${this.condition.fact(this.data)}, truthSet: ${truthSet} }`;
  }

  /** As a TableCondition. */
  lookup(): Code {
    const { condition, data, mode, scope } = this;
    if (condition.isFixed) return code`${scope.use('fixed')}(${condition.fact(data)}, ${this.expression})`;
    if (condition.isPerTool) return code`${scope.use('perTool')}(${condition.fact(data)}, ${this.named()})`;
    return condition.lookup?.(data, scope, mode) ?? this.member();
  }

  /** The function that works it out: declared once a module. */
  private named(): Code {
    const { condition, data, expression, scope } = this;
    return scope.constant(condition.describe(data), code`(f${scope.type('Facts')}) => ${expression}`);
  }
}

export function truthSetName(at: number): Code {
  return new Code(`c${at}`);
}

/** 1 where the rule matches, else 0. */
export function bitOf(form: NormalForm<SetLiteral>, scope: ModuleScope): Code {
  if (form.kind === 'literal') {
    const { at, question } = form.literal;
    return code`((${scope.use(question)} >> ${truthSetName(at)}) & 1)`;
  }
  const parts = form.of.map((part) => bitOf(part, scope));
  if (parts.length === 0) return form.kind === 'all' ? code`1` : code`0`;
  return parts.length === 1 ? (parts[0] as Code) : code`(${code.join(parts, form.kind === 'all' ? ' & ' : ' | ')})`;
}
