import { homedir, hostname } from 'node:os';
import { posix } from 'node:path';
import type { Approval } from '../../runtime/approvals/approval.js';
import { covers, type GrantBasis, type GrantDraft, memberDigest } from '../../runtime/approvals/grant.js';
import { readPrefixes, truthOfForms } from '../../runtime/decide/conditions/path-prefix.js';
import { TRUE } from '../../runtime/decide/conditions/truth-set.js';
import { isUriKey } from '../../runtime/decide/paths/path-key.js';
import { PathReader } from '../../runtime/decide/paths/path-reader.js';
import { realPath } from '../../runtime/gateway/judge/real-path.js';
import { shownWhole as shown, unseenEscaped } from '../../runtime/text/escape.js';
import { membersOf } from '../../runtime/wire/members.js';
import { CommandError } from '../cli/support/failure.js';
import type { GrantTerms } from './grant-terms.js';

/** One call that a grant is tried on, and what comes of it. */
export interface GrantExample {
  readonly text: string;
  readonly isCovered: boolean;
}

/** @throws CommandError where the call that is approved with the grant would be outside of it. */
export function coveredExamples({ roots }: Pick<Approval, 'roots'>, { draft, basis }: GrantTerms): GrantExample[] {
  const examples = grantExamples(draft, basis, roots);
  if (examples[0]?.isCovered !== true)
    throw new CommandError('the call itself would not be covered: what varies must lie under --under, by all readings');
  return examples;
}

/**
 * Calls at the edge of a grant, two that should be inside and two outside, each judged as a gateway would.
 *
 * @param roots The folders that relative paths are resolved against.
 */
function grantExamples(grant: GrantDraft, basis: GrantBasis, roots: readonly string[]): GrantExample[] {
  const links = basis.followsLinks === true && grant.host === hostname() ? { resolveLinks: realPath } : {};
  const reader = new PathReader({ roots, home: homedir(), ...links }, 'platform');
  const own = new Map(membersOf(grant.arguments).map(([name, text]) => [name, text]));
  const judge = (text: string, changes: Readonly<Record<string, string>>): GrantExample => {
    const values = new Map([...own, ...Object.entries(changes)]);
    const digests = Object.entries(changes).map(([name, value]) => [name, memberDigest(name, value)]);
    const call = { ...basis, members: { ...basis.members, ...Object.fromEntries(digests) } };
    const lies = (name: string, folder: string | null): boolean => {
      if (folder === null) return !basis.paths.includes(name);
      const value: unknown = JSON.parse(values.get(name) ?? 'null');
      const forms = typeof value === 'string' ? reader.read(value, isUriKey(name)) : [null];
      return truthOfForms(forms, readPrefixes(reader, [folder])) === TRUE;
    };
    return { text, isCovered: covers(grant, call, lies) };
  };
  const change = (name: string, value: string) =>
    judge(`with ${shown(name)} ${unseenEscaped(value)}, the rest as approved`, { [name]: value });
  // Where a path varies its folder is what matters.
  const [varied] = Object.entries(grant.vary).sort(([, a], [, b]) => Number(a === null) - Number(b === null));
  const kept = Object.keys(grant.members).filter((name) => !Object.hasOwn(grant.vary, name));
  const examples = [judge('the approved call, once more', {})];
  if (varied === undefined) examples.push(judge('the same with its arguments in another order', {}));
  else examples.push(change(varied[0], otherValue(varied[1], 'another')));
  if (varied?.[1] != null && varied[1] !== posix.dirname(varied[1]))
    examples.push(change(varied[0], otherValue(`${varied[1]}-beside`, 'another')));
  const [first] = kept;
  if (first !== undefined) examples.push(change(first, '"something else"'));
  if (examples.length < 4) examples.push(judge('with one more argument', { [unused(own)]: 'true' }));
  if (examples.length < 4)
    examples.push(judge('with two more arguments', { [unused(own)]: 'true', [unused(own, 1)]: '1' }));
  return examples;
}

function otherValue(folder: string | null, name: string): string {
  return JSON.stringify(folder === null ? 'something else' : `${folder === '/' ? '' : folder}/${name}`);
}

function unused(members: ReadonlyMap<string, string>, from = 0): string {
  let number = from;
  while (members.has(`more_${number}`)) number++;
  return `more_${number}`;
}
