import { CATALOGUE } from '../../../runtime/data/catalogue.js';
import { isGlob } from '../../ir/globs.js';
import type { Policy } from '../../ir/policy.js';
import { isSpent } from './budget.js';
import { findText, globPattern, Language, literal, type Membership, membershipsOf } from './language.js';

/** Tools that the policies judge alike: one of them, and which names there are. */
export interface NamedTools {
  readonly sample: string;
  /** undefined: it is this one name. */
  readonly names?: readonly Membership[];
}

/** Names that are told apart, and whether that is all there are. */
export interface NameRegions {
  readonly names: readonly NamedTools[];
  /** False where globs cut the names into more regions than can be told. */
  readonly isComplete: boolean;
}

/** Every tool that policies or the catalogue name, and for globs a name of each region that they cut. */
export function namedTools(policies: readonly Policy[]): NameRegions {
  const layers = policies.flatMap((policy) => policy.layers.map(({ tools }) => Object.keys(tools)));
  const exact = new Set([...layers.flat().filter((name) => !isGlob(name)), ...catalogued()]);
  const single = [...exact].map((sample): NamedTools => ({ sample }));
  const cut = byGlob(layers, [...exact]);
  return { names: [...single, ...cut.names], isComplete: cut.isComplete };
}

/** The same for methods. */
export function namedMethods(policies: readonly Policy[]): NameRegions {
  const layers = policies.flatMap((policy) => policy.layers.map(({ methods }) => Object.keys(methods)));
  const exact = [...new Set(layers.flat().filter((name) => !isGlob(name)))];
  const cut = byGlob(layers, exact);
  return { names: [...exact.map((sample): NamedTools => ({ sample })), ...cut.names], isComplete: cut.isComplete };
}

function catalogued(): string[] {
  return CATALOGUE.flatMap((row) => row.names.split(' '));
}

/**
 * The regions that globs cut of the names that nothing names exactly: in each file the longest glob that matches decides,
 * so a region is one such glob, or none, for each file.
 */
function byGlob(layers: readonly (readonly string[])[], exact: readonly string[]): NameRegions {
  const globs = [...new Set(layers.flat().filter(isGlob))];
  if (globs.length === 0) return { names: [], isComplete: true };
  const languages = new Map(globs.map((glob) => [glob, Language.whole([globPattern(glob.replaceAll('[', '[[]'))])]));
  const named = exact.length > 0 ? [Language.whole(exact.map(literal))] : [];
  const ordered = layers.map((layer) => layer.filter(isGlob).toSorted((a, b) => b.length - a.length));
  const memberships = membershipsOf([...globs.map((glob) => languages.get(glob) as Language), ...named]);
  const isComplete = memberships !== 'budget';
  // Where that is too much, at least one name of each glob.
  const matching = isComplete
    ? memberships.filter(({ inside }) => !inside[globs.length]).map(({ inside }) => globs.filter((_, i) => inside[i]))
    : globs.map((glob) => [glob]);
  const regions = new Map<string, readonly (string | undefined)[]>();
  for (const matched of matching) {
    const winners = ordered.map((layer) => layer.find((glob) => matched.includes(glob)));
    if (winners.some((winner) => winner !== undefined)) regions.set(JSON.stringify(winners), winners);
  }
  const names = [...regions.values()].flatMap((winners): NamedTools[] => {
    if (isSpent()) return [];
    const inside = new Set(winners.filter((winner) => winner !== undefined));
    const outside = ordered.flatMap((layer, i) =>
      layer.slice(0, winners[i] ? layer.indexOf(winners[i]) : layer.length),
    );
    const uses = [
      ...[...inside].map((glob): Membership => ({ language: languages.get(glob) as Language, inside: true })),
      ...[...new Set(outside)].map(
        (glob): Membership => ({ language: languages.get(glob) as Language, inside: false }),
      ),
      ...named.map((language): Membership => ({ language, inside: false })),
    ];
    const sample = findText(uses);
    return sample === undefined || sample === 'budget' ? [] : [{ sample, names: uses }];
  });
  return { names, isComplete: isComplete && !isSpent() };
}

/** Names that servers may take for this one: other case, white space around it, compatibility forms. */
export function lookalikes(name: string): Membership[] {
  const pattern = [...name].map((character) => `(?:(?i:${literal(character)})|[^\\x{0}-\\x{7f}]+)`).join('');
  return [
    { language: Language.whole([`\\s*${pattern}\\s*`]), inside: true },
    { language: Language.whole([literal(name)]), inside: false },
  ];
}
