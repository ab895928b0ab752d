import { BindError } from '../bind-error.js';
import { CATALOGUE_VERSION } from '../data/catalogue.js';
import { MODULE_FORMAT } from '../data/module-format.js';
import type { SqlDialect } from '../data/sql.js';
import { SQL_DIALECT_NAMES } from '../data/sql-dialects.js';
import { simpleFold } from '../text/case-fold.js';
import type { Args, Context, Decide, Decision, Environment, History, Manifest, Verdict } from '../types.js';
import { ArgumentPaths } from './argument-paths.js';
import { type CapabilityUse, type CompiledRules, UNJUDGED, UseFactory } from './capability-use.js';
import type { Binding } from './conditions/binding.js';
import type { WordIndex } from './conditions/word-index.js';
import { NO_EFFECTS } from './effects/effect-set.js';
import { Explainer } from './explainer.js';
import { Facts } from './facts/facts.js';
import { prepareGuard, touchesOwnFiles } from './own-files-guard.js';
import { type PathCase, PathReader } from './paths/path-reader.js';
import { UseJudge } from './use-judge.js';
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
    const judge = new UseJudge(manifest, facts, compiled.results);
    const explanation = new Explainer(manifest, facts, judge);
    const decide = (tool: string, args: Args, history?: History): Verdict =>
      judge.verdict(tool, table.ofTool(tool), args, history);
    const usesOf = (kind: Kind, name: string, args: Args): readonly CapabilityUse[] => {
      if (kind === 'tool') return table.ofTool(name);
      return kind === 'method' ? (table.ofMethod(name, args) ?? []) : [table.ofCapability(name)];
    };
    let paths: ArgumentPaths | undefined;
    const argumentPaths = () => {
      paths ??= new ArgumentPaths(environment, settings.pathCase);
      return paths;
    };
    const questions: Omit<Decide, never> = {
      method: (name, params, history) => {
        const uses = table.ofMethod(name, params);
        const verdict = uses && judge.verdict(undefined, uses, params, history);
        // It passes, and leaves nothing behind.
        const isUnjudged = verdict?.reason === UNJUDGED && judge.effects(undefined, uses ?? [], params) === NO_EFFECTS;
        return isUnjudged ? null : verdict;
      },
      capability: (capability, args, history) =>
        judge.verdict(undefined, [table.ofCapability(capability)], args, history),
      effects: (tool, args, history) => judge.effects(tool, table.ofTool(tool), args, history),
      capabilityEffects: (capability, args, history) =>
        judge.effects(undefined, [table.ofCapability(capability)], args, history),
      methodEffects: (name, params, history) =>
        judge.effects(undefined, table.ofMethod(name, params) ?? [], params, history),
      hasResultRules: manifest.results !== undefined,
      ...(compiled.secrets && { secrets: compiled.secrets }),
      beside: (history, open) => judge.besideOpen(history, open),
      result: (mark, result) => judge.result(mark, result),
      exceeded: (kind, name, args, history) =>
        judge.exceeded(kind === 'tool' ? name : undefined, usesOf(kind, name, args), args, history),
      asked: (kind, name, args, history) =>
        explanation.asked(kind === 'tool' ? name : undefined, usesOf(kind, name, args), args, history),
      asking: (kind, name, args, history) =>
        explanation.asking(kind === 'tool' ? name : undefined, usesOf(kind, name, args), args, history),
      reachable: (tool) => table.ofTool(tool).every((use) => explanation.isPassable(tool, use)),
      unknown: (tool, args, history) => explanation.unknownFacts(tool, table.ofTool(tool), args, history),
      unknownMethod: (name, params, history) => {
        const uses = table.ofMethod(name, params);
        return uses ? explanation.unknownFacts(undefined, uses, params, history) : [];
      },
      touches: (kind, name, args, guard) => touchesOwnFiles(usesOf(kind, name, args), args, guard),
      mapsMethod: (name) => table.mapsMethod(name),
      selects: (kind, name, key) => usesOf(kind, name, {}).some((use) => readsArgument(use, key)),
      namesPath: (kind, name, args, key) => argumentPaths().namesPath(usesOf(kind, name, args), args, key),
      isPath: (kind, name, args, key) => argumentPaths().isPath(usesOf(kind, name, args), args, key),
      liesUnder: (kind, name, args, key, folder) =>
        argumentPaths().liesUnder(usesOf(kind, name, args), args, key, folder),
      guard: (files, folders, resolveLinks = environment.resolveLinks) =>
        prepareGuard({ ...environment, ...(resolveLinks && { resolveLinks }) }, settings.pathCase, files, folders),
    };
    return Object.assign(decide, questions);
  }
}

type Kind = 'tool' | 'method' | 'capability';

/** Does a selector or condition of the use read an argument of this name, the default text selector aside? */
function readsArgument({ selectors, ruleSet, effects }: CapabilityUse, key: string): boolean {
  const isRead = (read: string) => isSameName(read, key);
  return selectors.keys(key) || (ruleSet.reads?.some(isRead) ?? false) || (effects?.reads.some(isRead) ?? false);
}

/** Case aside: of two arguments whose names differ only by case, a selector names either. */
function isSameName(name: string, other: string): boolean {
  return name.length === other.length && simpleFold(name) === simpleFold(other);
}
