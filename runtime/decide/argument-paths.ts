import type { Selector } from '../text/selector.js';
import type { Args, Environment } from '../types.js';
import type { CapabilityUse } from './capability-use.js';
import { type Prefixes, readPrefixes, truthSetUnder } from './conditions/path-prefix.js';
import { TRUE } from './conditions/truth-set.js';
import { PathFact } from './facts/path-fact.js';
import { type PathCase, PathReader } from './paths/path-reader.js';

/** Says of single arguments which paths they name. Off the hot path. @internal */
export class ArgumentPaths {
  private readonly reader: PathReader;
  private readonly fact: PathFact;

  constructor(environment: Environment, pathCase: PathCase) {
    this.reader = new PathReader(environment, pathCase);
    this.fact = new PathFact(this.reader);
  }

  /** Does any use of the call read a path in this argument? */
  namesPath(uses: readonly CapabilityUse[], args: Args, name: string): boolean {
    return uses.some((use) => this.extract(use, args, name));
  }

  /** Is the argument one string, and that what each use that reads a path there reads? */
  isPath(uses: readonly CapabilityUse[], args: Args, name: string): boolean {
    const text = args[name];
    return (
      typeof text === 'string' &&
      uses.every((use) => {
        if (!this.extract(use, args, name)) return true;
        this.fact.spread();
        return !this.fact.isUnknown && this.fact.values === 1;
      })
    );
  }

  /** Does all that this argument names lie under the folder, by all readings and for each use of the call? */
  liesUnder(uses: readonly CapabilityUse[], args: Args, name: string, folder: string): boolean {
    const prefixes: Prefixes = readPrefixes(this.reader, [folder]);
    return uses.every((use) => !this.extract(use, args, name) || truthSetUnder(this.fact, prefixes) === TRUE);
  }

  /** @returns whether there is anything to look at. */
  private extract({ selectors, args: own }: CapabilityUse, args: Args, name: string): boolean {
    const given = own ?? args;
    if (!Object.hasOwn(given, name)) return false;
    const { paths, tree } = selectors;
    const ownPaths = paths?.filter((selector) => beginsAt(selector, name));
    if (ownPaths?.length === 0) return false;
    this.fact.extract({ [name]: given[name] }, ownPaths, tree, true);
    return this.fact.isUnknown || this.fact.values > 0;
  }
}

/** Does the selector find what stands in this argument? Names that differ by case are taken for one. */
function beginsAt({ tokens: [first = ''] }: Selector, name: string): boolean {
  return first === '*' || first.toLowerCase() === name.toLowerCase();
}
