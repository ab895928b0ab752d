import {
  MAX_RECIPIENTS,
  MAX_RECIPIENTS_TEXT,
  RECIPIENT_NAMES,
  RECIPIENT_WORDS,
} from '../../runtime/data/recipient-names.js';
import type { Mapping } from '../../runtime/types.js';
import type { Address } from '../conditions/condition.js';
import { addressOf, canonicalHost } from '../conditions/host-name.js';
import { findByDefault, findBySelector, foldKey, lastWord, stringsOf } from './arguments.js';

/* The recipients of a call (docs/language.md, Recipients). null: unknown. */

export function recipientsOf(mapping: Mapping, args: unknown): (Address | null)[] {
  let looks = 0;
  const isAddress = (text: string): boolean => {
    if (text.length > 320 || !text.includes('@')) return false;
    looks++;
    return looks <= MAX_RECIPIENTS && plain(text) !== null;
  };
  const isNamed = (key: string) => RECIPIENT_WORDS.has(lastWord(key)) || RECIPIENT_NAMES.has(foldKey(key));
  const found =
    mapping.recipients === undefined
      ? findByDefault(args, { isNamed, isLoose: isAddress })
      : mapping.recipients.flatMap((selector) => findBySelector(args, selector));
  const texts = found.flatMap((one) => (typeof one === 'string' ? [null] : stringsOf(one.value)));
  const addresses = texts.flatMap((text) =>
    text === null || text.length > MAX_RECIPIENTS_TEXT ? [null] : listed(text),
  );
  const known = addresses.slice(0, MAX_RECIPIENTS).filter((address) => address !== null);
  const isNothing = mapping.recipients === undefined && known.length === 0 && !mapping.noneIfAbsent;
  const isUnknown =
    isNothing || addresses.includes(null) || addresses.length > MAX_RECIPIENTS || looks > MAX_RECIPIENTS;
  return isUnknown ? [...known, null] : known;
}

/** A list of addresses: a comma or a semicolon outside quotes parts them. */
function listed(text: string): (Address | null)[] {
  if (/\p{Cc}/u.test(text)) return [null];
  const pieces = text.match(/"[^"]*"?|[,;]|[^",;]+/g) ?? [];
  const parts = [''];
  for (const piece of pieces) {
    if (piece === ',' || piece === ';') parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts.map((part) => {
    const [, name, inner] = /^ *([^<]*?) *<([\s\S]*)> *$/.exec(part) ?? [];
    if (name === undefined || inner === undefined) return plain(part.replace(/^ +/, '').replace(/ +$/, ''));
    const isName = /^[^"\\()<>@,;:[\]]*$/.test(name) || /^"[^"\\@]*"$/.test(name);
    return isName ? plain(inner) : null;
  });
}

function plain(text: string): Address | null {
  const [local, domain, ...more] = text.split('@') as [string, ...string[]];
  if (domain === undefined || more.length > 0) return null;
  const atoms = local.split('.');
  // What may mean something else to who sends it is no plain address.
  if (local.startsWith('-') || !atoms.every((atom) => /^[\w&'+=~-]+$/.test(atom))) return null;
  if (
    !domain
      .replace(/\.$/, '')
      .split('.')
      .every((label) => /^[\p{L}\p{N}\p{M}_-]+$/u.test(label))
  )
    return null;
  const host = canonicalHost(domain);
  return host === null || addressOf(host) !== null ? null : { local, domain: host };
}
