import { CLIENT_NOTIFICATIONS, CLIENT_REQUESTS, SERVER_METHODS } from '../../runtime/data/methods.js';
import type { Mapping } from '../../runtime/types.js';
import { selectorProblem } from '../conditions/selector.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF108, CF118, CF120 } from '../diagnostics/messages.js';
import { nodeAt, type Syntax, type SyntaxEntry } from '../parse/syntax.js';
import { validate } from '../parse/validate.js';
import { lowerCapability } from './capability.js';
import { commonName, isGlob } from './globs.js';
import type { MappingLayer } from './policy.js';
import { mappingSchema } from './schema.js';

/** The `tools` section: a capability, a mapping, or a list of mappings for each name or glob. */
export function lowerTools(entries: readonly SyntaxEntry[], diagnostics: Diagnostics): MappingLayer['tools'] {
  rejectAmbiguous(entries, diagnostics);
  return Object.fromEntries(entries.map(({ key, value }) => [key, lowerUses(value, diagnostics)]));
}

/** The `methods` section: the same, or the word `pass`. */
export function lowerMethods(entries: readonly SyntaxEntry[], diagnostics: Diagnostics): MappingLayer['methods'] {
  rejectAmbiguous(entries, diagnostics);
  return Object.fromEntries(
    entries.map(({ key, keyPlace, value }) => {
      if (onlyServers(key)) diagnostics.add(CF120({ method: key }), keyPlace);
      const pass = value.kind === 'scalar' && value.value === 'pass';
      return [key, pass ? [] : lowerUses(value, diagnostics)];
    }),
  );
}

/** Does the name or glob match methods of servers, and none of clients? */
function onlyServers(key: string): boolean {
  const matches = (methods: ReadonlySet<string>) =>
    [...methods].some((method) => commonName(key, method) !== undefined);
  return matches(SERVER_METHODS) && !matches(CLIENT_REQUESTS) && !matches(CLIENT_NOTIFICATIONS);
}

function lowerUses(syntax: Syntax, diagnostics: Diagnostics): Mapping[] {
  const items = syntax.kind === 'list' && syntax.items.length > 0 ? syntax.items : [syntax];
  return items.flatMap((item) => lowerMapping(item, diagnostics) ?? []);
}

function lowerMapping(syntax: Syntax, diagnostics: Diagnostics): Mapping | undefined {
  if (syntax.kind === 'scalar' && typeof syntax.value === 'string') {
    return lowerCapability(syntax.value, syntax.place, diagnostics) && { capability: syntax.value };
  }
  const mapping = validate(mappingSchema, syntax, 'a mapping', diagnostics);
  if (!mapping) return undefined;
  lowerCapability(mapping.capability, nodeAt(syntax, ['capability']).place, diagnostics);
  for (const key of ['paths', 'amounts', 'text', 'urls', 'commands', 'sql', 'recipients'] as const) {
    mapping[key]?.forEach((selector, i) => {
      for (const text of [selector].flat()) checkSelector(text, nodeAt(syntax, [key, i]), diagnostics);
    });
  }
  if (mapping.tree === false) delete mapping.tree; // As if it were not said.
  const { dialect, ...rest } = mapping;
  return (dialect === undefined ? rest : { ...rest, dialect: [dialect].flat() }) as Mapping;
}

function checkSelector(selector: string, at: Syntax, diagnostics: Diagnostics): void {
  const problem = selectorProblem(selector);
  if (problem !== undefined) diagnostics.add(CF118({ selector, problem }), at.place);
}

function rejectAmbiguous(entries: readonly SyntaxEntry[], diagnostics: Diagnostics): void {
  const globs = entries.filter(({ key }) => isGlob(key));
  globs.forEach((later, i) => {
    for (const earlier of globs.slice(0, i)) {
      if (earlier.key.length !== later.key.length) continue;
      const name = commonName(earlier.key, later.key);
      if (name === undefined) continue;
      diagnostics.add(CF108({ glob: later.key, other: earlier.key, witness: JSON.stringify(name) }), later.keyPlace, [
        { place: earlier.keyPlace, message: 'the other glob' },
      ]);
    }
  });
}
