import * as z from 'zod/mini';
import { code } from '../emit/code/code.js';
import { type Condition, type Identifier, shownValue } from './condition.js';

/** Where a rule names an identifier's value outright. */
export interface PinnedIdentifier {
  readonly tokens: readonly string[];
  readonly values: readonly string[];
}

/**
 * What a permitting rule that looks at arguments also asks, without saying so: that no identifier among them (a name
 * such as `repo`) leads elsewhere once a server puts it into a URL or a path. True, or unknown. Nobody writes it:
 * `ir/implied.ts` adds it.
 */
export const identifiers: Condition<readonly PinnedIdentifier[]> = {
  key: 'identifiers',
  schema: z.never(),
  lower: () => [],
  fact: () => 'identifier',
  evaluate: (pinned, facts) => [facts.identifiers().some((one) => leadsElsewhere(one, pinned)) ? 'unknown' : 'true'],
  observe: (pinned, facts) => {
    const strange = facts.identifiers().filter((one) => leadsElsewhere(one, pinned));
    return strange.map(({ value, way }) => `/${way.join('/')} ${shownValue(value)}`);
  },
  emit: (pinned, context) => code`${context.use('identifiersStay')}(f, ${pinned})`,
  region: (pinned, algebra) => algebra.identifiers(pinned.length === 0),
  describe: () => 'no identifier leads elsewhere',
};

function leadsElsewhere({ value, way }: Identifier, pinned: readonly PinnedIdentifier[]): boolean {
  if (value === null) return true;
  if (!walks(value)) return false;
  return !pinned.some(({ tokens, values }) => {
    const below = way.slice(tokens.length);
    const isThere = tokens.length <= way.length && tokens.every((token, i) => token === '*' || token === way[i]);
    return isThere && below.every((step) => /^\d+$/.test(step)) && values.includes(value);
  });
}

/** Has it a `.` or `..` segment, a `?`, a `#`, a control character, or a percent escape of one of these? */
export function walks(value: string): boolean {
  if (value.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')) return true;
  if (/[?#\p{Cc}]/u.test(value)) return true;
  return [...value.matchAll(/%([0-9a-f]{2})/gi)].some(
    ([, hex = '']) =>
      /[./\\?#%\p{Cc}]/u.test(String.fromCharCode(Number.parseInt(hex, 16))) && Number.parseInt(hex, 16) < 0x80,
  );
}
