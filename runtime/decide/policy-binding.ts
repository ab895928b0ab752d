import { BindError } from '../bind-error.js';
import { CATALOGUE_VERSION } from '../data/catalogue.js';
import { MODULE_FORMAT } from '../data/module-format.js';
import type { SqlDialect } from '../data/sql.js';
import { SQL_DIALECT_NAMES } from '../data/sql-dialects.js';
import { simpleFold } from '../text/case-fold.js';
import type { Args, Context, Decide, Decision, Environment, Manifest, Verdict } from '../types.js';
import { type CapabilityUse, type CompiledRules, STRICTNESS, UseFactory } from './capability-use.js';
import type { Binding } from './conditions/binding.js';
import type { WordIndex } from './conditions/word-index.js';
import { Explainer } from './explainer.js';
import { Facts } from './facts/facts.js';
import { prepareGuard, touchesOwnFiles } from './own-files-guard.js';
import { type PathCase, PathReader } from './paths/path-reader.js';
import { UseTable } from './use-table.js';

export interface Settings {
  readonly pathCase: PathCase;
  /** What a risk level does to a call that a rule would let pass or ask about. */
  readonly riskLevels: Readonly<Record<string, Decision>>;
  /** How SQL is read; absent: in every dialect. Functions in lower case. */
  readonly sql?: { readonly dialects: readonly SqlDialect[]; readonly functions: readonly string[] };
}

/** A policy that is fixed to its surroundings: what its conditions read, and how its calls are judged. */
export class PolicyBinding implements Binding {
  readonly reader: PathReader;
  /** What was given, and what was fixed when the policy was compiled. */
  readonly context: Context;
  private readonly facts: Facts;
  words?: WordIndex;
  globLists = 0;
  literals?: WordIndex;

  /** @throws BindError where the context differs from what was folded at compile time, or a root is relative. */
  constructor(
    private readonly manifest: Manifest,
    given: Context,
    private readonly environment: Environment,
    private readonly settings: Settings,
  ) {
    const { sql } = settings;
    if (manifest.format !== MODULE_FORMAT) {
      throw new BindError(
        `the module of policy ${manifest.policy} was written by another version of capfence: compile it again`,
      );
    }
    if (manifest.catalogue !== CATALOGUE_VERSION) {
      throw new BindError(
        `policy ${manifest.policy} was compiled against tool catalogue ${manifest.catalogue}, ` +
          `this runtime has ${CATALOGUE_VERSION}: compile it again`,
      );
    }
    for (const [key, value] of Object.entries(manifest.context)) {
      if (given[key] !== undefined && String(given[key]) !== String(value)) {
        throw new BindError(`policy ${manifest.policy} was compiled for ${key}=${value}, not ${key}=${given[key]}`);
      }
    }
    this.context = { ...given, ...manifest.context };
    this.reader = new PathReader(environment, settings.pathCase);
    this.facts = new Facts(
      this.reader,
      {
        dialects: sql?.dialects ?? SQL_DIALECT_NAMES,
        functions: new Set(sql?.functions),
      },
      environment.now,
    );
  }

  /** The decision function over what the module compiled. */
  decide(compiled: CompiledRules): Decide {
    const { manifest, context, settings, environment, facts } = this;
    const factory = new UseFactory({ ...compiled, manifest, context, riskLevels: settings.riskLevels });
    const table = new UseTable(manifest, factory);
    const explanation = new Explainer(manifest, facts);
    const decide = (tool: string, args: Args): Verdict => this.judge(tool, table.ofTool(tool), args);
    const questions: Omit<Decide, never> = {
      method: (name, params) => {
        const call = table.ofMethod(name, params);
        return call && this.judge(undefined, call.uses, call.args);
      },
      capability: (capability, args) => this.judgeUse(undefined, table.ofCapability(capability), args),
      reachable: (tool) => table.ofTool(tool).every((use) => explanation.isPassable(tool, use)),
      unknown: (tool, args) => explanation.unknownFacts(tool, table.ofTool(tool), args),
      unknownMethod: (name, params) => {
        const call = table.ofMethod(name, params);
        return call ? explanation.unknownFacts(undefined, call.uses, call.args) : [];
      },
      touches: (kind, name, args, guard) => {
        const call = kind === 'tool' ? { uses: table.ofTool(name), args } : table.ofMethod(name, args);
        return call === null ? 'no' : touchesOwnFiles(call.uses, call.args, guard);
      },
      mapsMethod: (name) => table.mapsMethod(name),
      selects: (kind, name, key) => {
        const uses = kind === 'tool' ? table.ofTool(name) : (table.ofMethod(name, {})?.uses ?? []);
        return uses.some(
          ({ selectors, ruleSet }) => selectors.keys(key) || ruleSet.reads?.some((read) => isSameName(read, key)),
        );
      },
      guard: (files, folders, resolveLinks = environment.resolveLinks) =>
        prepareGuard({ ...environment, ...(resolveLinks && { resolveLinks }) }, settings.pathCase, files, folders),
    };
    return Object.assign(decide, questions);
  }

  /** The strictest of what the uses come to, the first of equals. */
  private judge(tool: string | undefined, uses: readonly CapabilityUse[], args: Args): Verdict {
    let verdict = this.judgeUse(tool, uses[0] as CapabilityUse, args);
    for (let i = 1; i < uses.length; i++) {
      const next = this.judgeUse(tool, uses[i] as CapabilityUse, args);
      if (STRICTNESS[next.decision] > STRICTNESS[verdict.decision]) verdict = next;
    }
    return verdict;
  }

  private judgeUse(tool: string | undefined, use: CapabilityUse, args: Args): Verdict {
    const position = use.ruleSet.decide(this.facts.of(tool, args, use.selectors));
    return use.verdicts[position] as Verdict;
  }
}

/** Case aside: of two arguments whose names differ only by case, a selector names either. */
function isSameName(name: string, other: string): boolean {
  return name.length === other.length && simpleFold(name) === simpleFold(other);
}
