import { namesIn } from '../conditions/args.js';
import type { SecretQuestion } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import { asWritten } from '../ir/implied.js';
import { literalsOf, type NormalForm, normalForm } from '../ir/normal-form.js';
import type { Expression, Limit, Mark, Policy, ResultRule, Rule } from '../ir/policy.js';
import { Code, code } from './code/code.js';
import { emitDispatch } from './dispatch.js';
import { type CapabilityTree, type RuleGroup, ruleSets } from './rule-sets.js';
import type { ModuleScope } from './scope.js';
import { bitOf, SetConditions, type SetLiteral, truthSetName } from './set-conditions.js';

/** Marks, limits and result rules of one function: it answers with two bits for each. */
const MAX_TOGETHER = 15;

/** A mark, limit or result rule as the rules that it asks like: one that forbids, and for a mark one that permits. */
interface Asking {
  readonly of: Mark | Limit | ResultRule;
  readonly kind: 'mark' | 'limit' | 'result';
  /** Its place among those of its kind. */
  readonly index: number;
  readonly may: Rule;
  readonly must: Rule;
}

/** The code of marks, limits and result rules: which of them a capability use concerns, a bit each. */
export class EffectEmitter {
  private readonly asking: readonly Asking[];
  private readonly sets: readonly RuleGroup[];
  private readonly tree: CapabilityTree | RuleGroup;
  private readonly names: ReadonlyMap<RuleGroup, Code>;

  constructor(
    private readonly policy: Policy,
    private readonly scope: ModuleScope,
  ) {
    const { marks, limits, results } = policy;
    this.asking = [
      ...marks.map((of, index) => ({ of, kind: 'mark' as const, index, ...askedBothWays(of) })),
      ...limits.map((of, index) => ({ of, kind: 'limit' as const, index, ...askedBothWays(of) })),
      ...results.map((of, index) => ({ of, kind: 'result' as const, index, ...askedBothWays(of) })),
    ];
    // All of them count, whatever stands before.
    const { tree, sets } = ruleSets({ rules: this.asking.map(({ may }) => may) }, true);
    this.tree = tree;
    this.sets = sets.filter(({ rules }) => rules.length > 0);
    this.names = new Map(
      sets.map((set) => [set, set.rules.length > 0 ? scope.unique(`${nameOf(set)}_effects`) : new Code('undefined')]),
    );
  }

  get isEmpty(): boolean {
    return this.asking.length === 0;
  }

  /** The declarations of all sets, and the look-up of a capability's. */
  emit(): Code[] {
    if (this.isEmpty) return [];
    const lookup = {
      name: 'effectsFor',
      type: 'EffectSet | undefined',
      note: 'Which marks, limits and result rules concern a capability.',
    };
    this.scope.useType('EffectSet');
    return [
      ...this.sets.map((set) => this.set(set)),
      code``,
      ...emitDispatch(this.tree, this.names, this.scope, lookup),
    ];
  }

  private set(group: RuleGroup): Code {
    const asking = group.rules.map((index) => this.asking[index] as Asking);
    const reads = [...new Set(asking.flatMap(namesRead))].sort();
    const parts: Code[] = [];
    for (let at = 0; at < asking.length; at += MAX_TOGETHER) parts.push(this.part(asking.slice(at, at + MAX_TOGETHER)));
    const { scope } = this;
    return code.join(
      [
        code``,
        code`  // ${code.comment(nameOf(group))}: what it leaves behind`,
        code`  const ${this.names.get(group)}${scope.type('EffectSet')} = ${scope.use('effectSet')}(${reads}, ${code.join(parts, ', ')});`,
      ],
      '\n',
    );
  }

  private part(asking: readonly Asking[]): Code {
    const conditions = new SetConditions(this.scope);
    const terms: Code[] = [];
    for (const [bit, { of, kind, may, must }] of asking.entries()) {
      terms.push(this.term(conditions.formOf(may), bit, noteOf(of)));
      if (kind === 'mark') terms.push(this.term(conditions.formOf(must), bit + MAX_TOGETHER, `${of.id}, for certain`));
    }
    const indices = (kind: Asking['kind']) => asking.filter((one) => one.kind === kind).map(({ index }) => index);
    const rules = indices('result');
    const parameter = conditions.all.length > 0 ? code`f${this.scope.type('Facts')}` : code``;
    return code.join(
      [
        code`{`,
        code`    marks: ${indices('mark')},`,
        code`    limits: ${indices('limit')},`,
        ...(rules.length > 0 ? [code`    results: ${rules},`] : []),
        code`    bits(${parameter})${this.scope.type('number')} {`,
        ...conditions.all.map((condition, at) => code`      const ${truthSetName(at)} = ${condition.value()};`),
        code`      return (`,
        ...terms.map(
          (term, i) => code`        ${term.text.includes('//') ? closed(term, i === terms.length - 1) : term}`,
        ),
        code`      );`,
        code`    },`,
        code`  }`,
      ],
      '\n',
    );
  }

  private term(form: NormalForm<SetLiteral>, bit: number, note: string): Code {
    const holds = bitOf(form, this.scope);
    return code`${bit === 0 ? holds : code`(${holds} << ${bit})`} // ${code.comment(note)}`;
  }

  /** Whether a result is what a mark asks for, for those that ask. */
  results(): Code[] {
    const asking = this.policy.marks.flatMap(({ result }, index) => (result ? [{ result, index }] : []));
    const held = this.policy.marks.flatMap(({ secret }, index) => (secret ? [{ secret, index }] : []));
    if (asking.length + held.length === 0) return [];
    return [
      code``,
      code`  // What results must be for a mark.`,
      code`  const results = {`,
      ...asking.flatMap(({ result, index }) => this.result(result, index)),
      ...held.map(({ secret, index }) => this.held(secret, index)),
      code`  };`,
    ];
  }

  private held(secret: SecretQuestion, index: number): Code {
    const { scope } = this;
    const test = code`${scope.use('heldSecrets')}(f, ${scope.secrets(secret)})`;
    const note = code.comment(noteOf(this.policy.marks[index] as Mark));
    return code`    ${index}: (f${scope.type('Facts')})${scope.type('number')} => ${test}, // ${note}`;
  }

  private result(result: Expression, index: number): Code[] {
    const { scope } = this;
    const conditions = new SetConditions(scope);
    const asked = [ruleOf(result, 'deny'), ruleOf(result, 'allow')].map(asWritten);
    const forms = asked.map((rule) => conditions.formOf(rule));
    const [may, must] = forms.map((form) => bitOf(form, scope)) as [Code, Code];
    const note = noteOf(this.policy.marks[index] as Mark);
    return [
      code`    ${index}: (f${scope.type('Facts')})${scope.type('number')} => { // ${code.comment(note)}`,
      ...conditions.all.map((condition, at) => code`      const ${truthSetName(at)} = ${condition.value()};`),
      code`      return ${scope.use('resultTruth')}(${may}, ${must});`,
      code`    },`,
    ];
  }
}

/** Puts the operator before the note. */
function closed(term: Code, isLast: boolean): Code {
  const at = term.text.indexOf(' //');
  return new Code(`${term.text.slice(0, at)}${isLast ? '' : ' |'}${term.text.slice(at)}`);
}

function askedBothWays({ when, capability, place }: Mark | Limit | ResultRule): { may: Rule; must: Rule } {
  return { may: { ...ruleOf(when, 'deny'), capability, place }, must: { ...ruleOf(when, 'allow'), capability, place } };
}

const ANY: Rule['capability'] = { text: '*', parts: ['*', '*', '*'] };

function ruleOf(when: Expression, decision: Rule['decision']): Rule {
  return { id: '', decision, capability: ANY, when, reason: '', place: undefined as never };
}

function namesRead({ of }: Asking): string[] {
  const selectors = ['by' in of ? of.by : undefined, 'of' in of && of.of !== 'amount' ? of.of : undefined].filter(
    (one) => one !== undefined,
  );
  const conditions = literalsOf(normalForm(of.when)).flatMap(
    ({ atom }) => conditionOf(atom.key).reads?.(atom.data) ?? [],
  );
  return [...selectors.flatMap(namesIn), ...conditions];
}

function noteOf({ id, place, ...rest }: Mark | Limit | ResultRule): string {
  const what = 'labels' in rest ? `${rest.clears ? 'clears ' : ''}${rest.labels.join(', ')}  ` : '';
  return `${id}  ${what}${place.source.file}:${place.line}`;
}

/** What concerns whatever nobody names is called so. */
function nameOf({ capability, capabilities }: RuleGroup): string {
  return capabilities.includes('*') ? 'anything' : capability;
}
