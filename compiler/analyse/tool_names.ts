import { CATALOGUE } from '../../runtime/data/catalogue.js';
import { isGlob } from '../ir/globs.js';
import type { Policy } from '../ir/policy.js';
import { type Demanded, findText, globPattern, Language, literal } from './language.js';

/** Tools that the policies judge alike: one of them, and which names there are. */
export interface NamedTools {
  readonly sample: string;
  /** undefined: it is this one name. */
  readonly names?: readonly Demanded[];
}

/** Every tool that policies or the catalogue name, and for globs the names that only they claim. */
export function namedTools(policies: readonly Policy[]): NamedTools[] {
  const layers = policies.flatMap((policy) => policy.layers.map(({ tools }) => Object.keys(tools)));
  const exact = new Set([...layers.flat().filter((name) => !isGlob(name)), ...catalogued()]);
  const single = [...exact].map((sample): NamedTools => ({ sample }));
  return [...single, ...byGlob(layers, [...exact])];
}

/** The same for methods. */
export function namedMethods(policies: readonly Policy[]): string[] {
  const layers = policies.flatMap((policy) => policy.layers.map(({ methods }) => Object.keys(methods)));
  const exact = layers.flat().filter((name) => !isGlob(name));
  return [...new Set([...exact, ...byGlob(layers, exact).map(({ sample }) => sample)])];
}

function catalogued(): string[] {
  return CATALOGUE.flatMap((row) => row.names.split(' '));
}

/** Names of one glob or two (each of its own file, say) that nothing longer and nothing exact claims. */
function byGlob(layers: readonly (readonly string[])[], exact: readonly string[]): NamedTools[] {
  const globs = [...new Set(layers.flat().filter(isGlob))];
  const outside: Demanded[] = exact.length > 0 ? [{ language: Language.whole(exact.map(literal)), inside: false }] : [];
  const languages = new Map(globs.map((glob) => [glob, Language.whole([globPattern(glob.replaceAll('[', '[[]'))])]));
  const groups = globs.flatMap((glob, i) => [[glob], ...globs.slice(i + 1).map((other) => [glob, other])]);
  return groups.flatMap((group) => {
    // Within one file the longest decides: others of it may match as well, if they are shorter.
    const shortest = Math.min(...group.map((glob) => glob.length));
    const demands = globs.flatMap((glob): Demanded[] => {
      const language = languages.get(glob) as Language;
      if (group.includes(glob)) return [{ language, inside: true }];
      return glob.length >= shortest || group.length === 1 ? [{ language, inside: false }] : [];
    });
    const names = [...demands, ...outside];
    const sample = findText(names);
    return sample === undefined || sample === 'budget' ? [] : [{ sample, names }];
  });
}

/** Names that servers may take for this one: other case, white space around it, compatibility forms. */
export function lookalikes(name: string): Demanded[] {
  const pattern = [...name].map((character) => `(?:(?i:${literal(character)})|[^\\x{0}-\\x{7f}]+)`).join('');
  return [
    { language: Language.whole([`\\s*${pattern}\\s*`]), inside: true },
    { language: Language.whole([literal(name)]), inside: false },
  ];
}
