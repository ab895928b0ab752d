import { conditionOf } from '../conditions/index.js';
import { forbids } from '../ir/decision.js';
import { disjunctsOf, literalsOf, type NormalForm, normalForm } from '../ir/normal-form.js';
import type { Policy, Rule } from '../ir/policy.js';
import { Code, code } from './code/code.js';
import { formulaText } from './formula-text.js';
import type { RuleGroup } from './rule-sets.js';
import type { ModuleScope } from './scope.js';
import { bitOf, SetConditions, type SetLiteral, truthSetName } from './set-conditions.js';

/** More rules than this are decided by a table; measured in docs/codegen.md. */
const MAX_STRAIGHT = 6;

/** More alternatives than this are not written out as rows. */
const MAX_DISJUNCTS = 16;

/** A rule as the conditions of its set. */
interface SetRule {
  readonly rule: Rule;
  readonly form: NormalForm<SetLiteral>;
}

/**
 * The code of rule sets. Every condition is written once a module and worked out once a call, every rule is one bit of an
 * integer, and the lowest bit that is set is the verdict: there is no branch per rule. Many rules are a table instead,
 * whose rows are such bits.
 */
export class RuleSetEmitter {
  constructor(
    private readonly policy: Policy,
    private readonly scope: ModuleScope,
    /** Capabilities of which analysis found that denials shadow whatever would let a call pass. */
    private readonly blocked: ReadonlySet<string>,
  ) {}

  emit(set: RuleGroup, name: Code): Code {
    const rules = set.rules.map((index) => this.policy.rules[index] as Rule);
    const declaration = code`  const ${name}${this.scope.type('RuleSet')} =`;
    if (rules.length === 0) {
      return code.join([code``, code`${declaration} ${this.scope.use('noRules')}; // where no rule matches`], '\n');
    }
    const conditions = new SetConditions(this.scope);
    const own = rules.map((rule) => ({ rule, form: conditions.formOf(rule) }));
    const head = this.head(set, rules);
    const lines = [code``, code`  // ${code.comment(set.capability)}`];
    const [first] = own as [SetRule];
    if (rules.length === 1 && formulaText(first.form) === 'always' && head.length === 0) {
      const note = code.comment(noteOf(first.rule));
      lines.push(code`${declaration} ${this.scope.use('always')}(${set.rules[0]}); // ${note}`);
    } else {
      const isTable = rules.length > MAX_STRAIGHT && conditions.all.length > 0;
      const body = isTable ? this.table(set, own, conditions) : this.straight(set, own, conditions);
      lines.push(
        code`${declaration} ${this.scope.use(isTable ? 'tableRuleSet' : 'ruleSet')}({`,
        ...head,
        ...body,
        code`  });`,
      );
    }
    return code.join(lines, '\n');
  }

  private head(set: RuleGroup, rules: readonly Rule[]): Code[] {
    const isDenied = set.capabilities.every((one) => this.blocked.has(one));
    // Only where the rules themselves don't show it.
    const isBlocked = isDenied && rules.some(({ decision }) => decision !== 'deny');
    const reads = [...new Set(rules.flatMap(namesRead))].sort();
    return [
      ...(isBlocked ? [code`    blocked: true,`] : []),
      ...(reads.length > 0 ? [code`    reads: ${reads},`] : []),
    ];
  }

  private straight(set: RuleGroup, rules: readonly SetRule[], conditions: SetConditions): Code[] {
    const rows = rules.map(({ rule, form }, i) => {
      return code`      [${set.rules[i]}, ${formulaText(form)}], // ${code.comment(rule.id)}`;
    });
    return [code`    rules: [`, ...rows, code`    ],`, ...conditions.list(), ...this.decide(rules, conditions)];
  }

  private decide(rules: readonly SetRule[], conditions: SetConditions): Code[] {
    const terms = rules.map(({ rule, form }, bit) => {
      const condition = bitOf(form, this.scope);
      return { term: bit === 0 ? condition : code`(${condition} << ${bit})`, note: noteOf(rule) };
    });
    terms.push({ term: code`(1 << ${rules.length})`, note: 'default deny' });
    const parameter = conditions.all.length > 0 ? code`f${this.scope.type('Facts')}` : code``;
    return [
      code`    decide(${parameter})${this.scope.type('number')} {`,
      ...conditions.all.map((condition, at) => code`      const ${truthSetName(at)} = ${condition.value()};`),
      code`      const bits =`,
      ...terms.map(({ term, note }, i) => {
        const operator = new Code(i === terms.length - 1 ? ';' : ' |');
        return code`        ${term}${operator} // ${code.comment(note)}`;
      }),
      code`      return 31 - Math.clz32(bits & -bits); // the lowest bit: the first of these that holds`,
      code`    },`,
    ];
  }

  /** Conditions, and a row for each way in which a rule can match. */
  private table(set: RuleGroup, rules: readonly SetRule[], conditions: SetConditions): Code[] {
    const indices = rules.map(({ rule }, i) => code`${set.rules[i]}, // ${code.comment(rule.id)}`);
    const rows = rules.flatMap(({ rule, form }, position) =>
      this.rowsOf(form, forbids(rule.decision)).map((row) => {
        return code`[${position}${row}], // ${code.comment(noteOf(rule))}`;
      }),
    );
    return [
      code`    rules: ${this.scope.list(indices, '      ', 'number')},`,
      ...conditions.table(),
      code`    rows: ${this.scope.list(rows, '      ', 'TableRow')},`,
    ];
  }

  private rowsOf(form: NormalForm<SetLiteral>, isForbidding: boolean): Code[] {
    const disjuncts = disjunctsOf(form, MAX_DISJUNCTS);
    // Too many to write out: the rule is one row, worked out as a whole.
    if (!disjuncts) return [code`, ${formulaText(form)}, ${isForbidding}`];
    return disjuncts.map((literals) =>
      code.join(
        literals.map(({ at, question }) => code`, [${at}, ${this.scope.use(question)}]`),
        '',
      ),
    );
  }
}

/** The arguments that a rule names, beside those of its mapping's facts. */
function namesRead(rule: Rule): readonly string[] {
  return literalsOf(normalForm(rule.when)).flatMap(({ atom }) => conditionOf(atom.key).reads?.(atom.data) ?? []);
}

function noteOf(rule: Rule): string {
  return `${rule.id}  ${rule.place.source.file}:${rule.place.line}`;
}
