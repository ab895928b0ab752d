import { parseAddress } from '../urls/address.js';
import { hostForm } from '../urls/host-form.js';

/** A mail address. @internal */
export interface MailAddress {
  readonly local: string;
  /** In the form in which hosts compare. */
  readonly domain: string;
}

/** What may mean something else to who sends it (`|`, `` ` ``, `/`, a `-` in front) is no plain address. */
const LOCAL = /^(?!-)[A-Za-z0-9&'+=_~-]+(?:\.[A-Za-z0-9&'+=_~-]+)*$/;
const DOMAIN = /^[\p{L}\p{N}\p{M}_-]+(?:\.[\p{L}\p{N}\p{M}_-]+)*\.?$/u;

/**
 * The addresses of a list: `a@b`, `Name <a@b>`, with `,` or `;` between (the common forms of RFC 5322); undefined in the list
 * for whatever is no plain address.
 */
export function addressList(text: string): (MailAddress | undefined)[] {
  if (/\p{Cc}/u.test(text)) return [undefined];
  const parts: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === ',' || character === ';')) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map(oneAddress);
}

function oneAddress(part: string): MailAddress | undefined {
  const text = part.replace(/^ +| +$/g, '');
  const angle = text.indexOf('<');
  if (angle < 0) return plainAddress(text);
  if (!text.endsWith('>')) return undefined;
  const name = text.slice(0, angle).replace(/ +$/, '');
  const isPlain = /^[^"\\()<>@,;:[\]]*$/.test(name) || /^"[^"\\@]*"$/.test(name);
  return isPlain ? plainAddress(text.slice(angle + 1, -1)) : undefined;
}

/** @internal */
export function plainAddress(text: string): MailAddress | undefined {
  const at = text.indexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  if (at < 1 || !LOCAL.test(local) || !DOMAIN.test(domain)) return undefined;
  const host = hostForm(domain);
  return host === undefined || parseAddress(host) !== undefined ? undefined : { local, domain: host };
}
