import * as runtime from '../../runtime/decide/index.js';
import type { After, EmitContext } from '../conditions/condition.js';
import { automatonOf } from '../conditions/detector-automaton.js';
import type { SecretPattern } from '../conditions/secrets-in-text.js';
import { Code, code } from './code/code.js';
import type { Format } from './format.js';

/** The types that every module names. */
const TYPES = ['Context', 'Decide', 'Environment', 'Facts', 'Manifest', 'RuleSet'];

/** The names of one module: what it declares once a bind, and what it imports from the runtime. */
export class ModuleScope implements EmitContext {
  private readonly taken: Set<string>;
  private readonly values = new Set<string>();
  private readonly types = new Set(TYPES);
  /** What conditions need once a bind, by its expression, in the order of first use. */
  private readonly declared = new Map<string, Code>();

  /** @param reserved Names that the module gives itself. */
  constructor(
    readonly format: Format,
    reserved: readonly string[],
    /** All that the policy asks for. */
    private readonly detectors: readonly SecretPattern[] = [],
  ) {
    this.taken = new Set([...RESERVED, ...Object.keys(runtime), ...reserved]);
  }

  /** Names a function or constant of the runtime, which the module then imports. */
  use(name: string): Code {
    this.values.add(name);
    return code.identifier(name);
  }

  /** An annotation; nothing where the module has no types. */
  type(annotation: string): Code {
    return new Code(this.format === 'ts' ? `: ${annotation}` : '');
  }

  /** A long list, one item a line. @param type The type of its items: very long lists are cast to it. */
  list(items: readonly Code[], indent: string, type: string): Code {
    const isCast = this.format === 'ts' && code.isLong(items);
    // Numbers need no import.
    if (isCast && type !== 'number') this.types.add(type);
    return code.list(items, indent, isCast ? type : undefined);
  }

  /** A unique identifier that still resembles what it stands for. */
  unique(text: string): Code {
    const stem = text
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/^_|_$/g, '')
      // Not a number, and none of the truth sets of a rule set: c0, c1, …
      .replace(/^(?=\d|$|c\d+$)/, '_')
      .slice(0, 40);
    let name = stem;
    for (let i = 2; this.taken.has(name); i++) name = `${stem}_${i}`;
    this.taken.add(name);
    return code.identifier(name);
  }

  constant(hint: string, expression: Code): Code {
    let name = this.declared.get(expression.text);
    if (!name) {
      name = this.unique(hint);
      this.declared.set(expression.text, name);
    }
    return name;
  }

  /** Names a type of the runtime, which the module then imports. */
  useType(name: string): void {
    this.types.add(name);
  }

  /** The distinct `after`s, in the order of first use. */
  readonly afters: After[] = [];

  after(asked: After): number {
    const text = JSON.stringify([asked.labels, asked.within, asked.by]);
    const known = this.afters.findIndex(({ labels, within, by }) => JSON.stringify([labels, within, by]) === text);
    return known >= 0 ? known : this.afters.push(asked) - 1;
  }

  /** What finds the policy's secrets: declared once a module. */
  secretFinder(): Code {
    const entries = this.detectors.map(({ name, check, lead }) => [
      name,
      ...(check !== undefined ? [check] : []),
      ...(lead !== undefined ? [lead] : []),
    ]);
    this.automaton ??= code`${automatonOf(this.detectors)}`;
    const list = code.join(
      entries.map((entry) => code`${entry}`),
      ', ',
    );
    return this.constant('detectors', code`${this.use('secretFinder')}(${this.automaton}, ${list})`);
  }

  private automaton: Code | undefined;

  secrets({ names }: { readonly names: readonly string[] | 'any' }): Code {
    const numbers = names === 'any' ? [] : names.map((name) => this.detectors.findIndex((one) => one.name === name));
    const hint = names === 'any' ? 'any secret' : names.join(' ');
    const list = code.join([this.secretFinder(), ...numbers.map((number) => code`${number}`)], ', ');
    return this.constant(hint, code`${this.use('secrets')}(${list})`);
  }

  /** The declarations of all constants. */
  constants(): Code[] {
    return [...this.declared].map(([expression, name]) => code`  const ${name} = ${new Code(expression)};`);
  }

  /** What the module imports. */
  imports(): Code {
    const values = [...this.values].sort().join(', ');
    if (this.format === 'function') return new Code(`const { ${values} } = runtime;`);
    const types = new Code(`import type { ${[...this.types].sort().join(', ')} } from 'capfence/runtime';\n`);
    return code`${this.format === 'ts' ? types : new Code('')}${new Code(`import { ${values} } from 'capfence/runtime';`)}`;
  }
}

const RESERVED = (
  'await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
  'function if implements import in instanceof interface let new null package private protected public return static ' +
  'super switch this throw true try typeof var void while with yield undefined NaN Infinity eval arguments ' +
  'Math runtime globalThis'
).split(' ');
