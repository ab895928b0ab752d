import {
  MAX_RECIPIENTS,
  MAX_RECIPIENTS_TEXT,
  RECIPIENT_NAMES,
  RECIPIENT_WORDS,
} from '../../runtime/data/recipient-names.js';
import type { Mapping } from '../../runtime/types.js';
import type { Address } from '../conditions/condition.js';
import { addressOf, canonicalHost } from '../conditions/host-name.js';
import { type Default, findByDefault, findBySelector, foldKey, lastWord, stringsOf } from './arguments.js';

/* The recipients of a call (docs/language.md, Recipients). null: unknown. */

const RECIPIENTS: Default = {
  isNamed: (key) => RECIPIENT_WORDS.has(lastWord(key)) || RECIPIENT_NAMES.has(foldKey(key)),
  isLoose: (text) => text.length <= 320 && plain(text) !== null,
};

export function recipientsOf(mapping: Mapping, args: unknown): (Address | null)[] {
  const found =
    mapping.recipients === undefined
      ? findByDefault(args, RECIPIENTS)
      : mapping.recipients.flatMap((selector) => findBySelector(args, selector));
  const texts = found.flatMap((one) => (typeof one === 'string' ? [null] : stringsOf(one.value)));
  const addresses = texts.flatMap((text) =>
    text === null || text.length > MAX_RECIPIENTS_TEXT ? [null] : listed(text),
  );
  const known = addresses.filter((address) => address !== null);
  const isNothing = mapping.recipients === undefined && known.length === 0;
  const isUnknown = isNothing || addresses.includes(null) || known.length > MAX_RECIPIENTS;
  return isUnknown ? [...known.slice(0, MAX_RECIPIENTS), null] : known;
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
  if (!atoms.every((atom) => /^[\w#$&'*+/=?^`{|}~-]+$/.test(atom))) return null;
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
