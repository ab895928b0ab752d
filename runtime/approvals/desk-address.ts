/** Where a desk answers. */
export interface DeskPlace {
  /** As `new URL` prints it. */
  readonly host: string;
  /** undefined: any. */
  readonly port: number | undefined;
}

const MAX_DEPTH = 128;
/** More places of a port in one text nobody means: then it may lead there. */
const MAX_FOUND = 1_000;
const MAX_HOST = 255;
/** So often may one address stand in another, escaped. */
const MAX_DECODED = 5;

/** What a page or a script is made of in an address: nobody can say where it leads. */
const MADE_HERE = /^[\s\p{Cc}]*(?:javascript:|data:\s*(?:text\/(?:html|xml)|application\/(?:xhtml|xml)|image\/svg))/iu;

/** Does something in these arguments lead to a desk, as browsers read it? Linear in their length. */
export function leadsToDesk(args: unknown, places: readonly DeskPlace[]): boolean {
  const texts: string[] = [];
  const ports = new Set(places.map(({ port }) => port));
  let hasPort = false;
  const collect = (value: unknown, depth: number): boolean => {
    if (typeof value === 'string') {
      texts.push(value);
      hasPort ||= ports.has(/^\d{1,5}$/.test(value.trim()) ? Number(value) : Number.NaN);
    } else if (typeof value === 'number') hasPort ||= ports.has(value);
    else if (typeof value === 'object' && value !== null) {
      if (depth > MAX_DEPTH) return true;
      for (const [key, inner] of Object.entries(value)) {
        texts.push(key);
        if (collect(inner, depth + 1)) return true;
      }
    }
    return false;
  };
  if (collect(args, 0)) return true;
  return texts.some(
    (text) => (hasPort && isDeskHost(text, places)) || readingsOf(text).some((one) => leads(one, places)),
  );
}

/** A text as it is, as the URL Standard has it without tabs and line breaks, and with what is escaped in it undone. */
function readingsOf(text: string): string[] {
  const readings = [text];
  const add = (one: string): void => {
    if (!readings.includes(one)) readings.push(one);
  };
  if (/[\t\r\n]/.test(text)) add(text.replace(/[\t\r\n]/g, ''));
  let last = text;
  for (let round = 0; round < MAX_DECODED; round++) {
    const decoded = unescaped(last);
    if (decoded === last) break;
    add(decoded);
    last = decoded;
  }
  return readings;
}

/** Percent-encoding, and the escapes of JavaScript and of HTML that ASCII can have. */
function unescaped(text: string): string {
  return text
    .replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\(?:u00|x)([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi, (all, hex: string | undefined, decimal: string | undefined) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code < 128 ? String.fromCharCode(code) : all;
    })
    .replace(/&(colon|sol|period|shy);/gi, (_, name: string) => ENTITIES[name.toLowerCase()] as string);
}

const ENTITIES: Readonly<Record<string, string>> = { colon: ':', sol: '/', period: '.', shy: '' };

function leads(text: string, places: readonly DeskPlace[]): boolean {
  if (MADE_HERE.test(text.slice(0, 256))) return true;
  return places.some((place) => {
    if (place.port === undefined) return hasPlace(text, place, ':');
    if (hasPlace(text, place, String(place.port))) return true;
    return (place.port === 80 || place.port === 443) && hasHost(text, place);
  });
}

/** Does this place stand in the text, by its port? */
function hasPlace(text: string, place: DeskPlace, needle: string): boolean {
  let found = 0;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    let colon = at;
    if (place.port !== undefined) {
      if (isDigit(text, at + needle.length)) continue;
      while (text[colon - 1] === '0') colon--;
      colon--;
    }
    if (text[colon] !== ':') continue;
    if (++found > MAX_FOUND) return true;
    if (hostsBefore(text, colon).some((host) => isOwnHost(host, [place]))) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 48 && unit <= 57;
}

/** What ends a host towards its beginning, and nothing that the URL Standard takes in one. */
const ENDS = /[\x00-\x20"'`<>/\\@=,;(){}|&#$*?!^~+]/;

/** The hosts that may end here: all that may be one, and what of it is ASCII. */
function hostsBefore(text: string, end: number): string[] {
  let start = end;
  while (start > 0 && end - start < MAX_HOST && !ENDS.test(text[start - 1] as string)) start--;
  const whole = text.slice(start, end);
  if (whole === '') return [];
  const isBare = !/[/\\@]/.test(text[start - 1] ?? '');
  const ascii = /[\x21-\x7e]*$/.exec(whole)?.[0] ?? '';
  const candidates = [whole, ascii, whole.slice(whole.lastIndexOf(':') + 1)];
  const bracket = whole.lastIndexOf('[');
  if (bracket >= 0) candidates.push(whole.slice(bracket));
  // `lines 0:7333` is no address.
  return [...new Set(candidates)].filter((one) => one !== '' && !(isBare && /^\d+$/.test(one)));
}

/** Does this host stand in the text without a port, so that it is the one of its scheme? */
function hasHost(text: string, place: DeskPlace): boolean {
  let found = 0;
  for (const slashes of text.matchAll(/[\\/]{2}/g)) {
    if (++found > MAX_FOUND) return true;
    const rest = text.slice(slashes.index + 2, slashes.index + 2 + 2 * MAX_HOST);
    const [authority = ''] = /^[^\s"'`<>/\\?#]*/.exec(rest.replace(/^[\\/]+/, '')) ?? [];
    const host = authority.slice(authority.lastIndexOf('@') + 1);
    const plain = host.replace(/:0*(?:80|443)?$/, '');
    if (!/:\d+$/.test(plain) && isOwnHost(plain, [place])) return true;
  }
  const lower = text.toLowerCase();
  const names = isLoopback(bare(place.host)) ? ['localhost', '127.0.0.1', '[::1]'] : [place.host];
  return names.some((name) => {
    for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1)) {
      const isWhole =
        !/[\w.-]/.test(lower[at - 1] ?? '') &&
        !/^(?:[\w-]|\.\w|:(?!0*(?:80|443)(?!\d))\d)/.test(lower.slice(at + name.length, at + name.length + 8));
      if (isWhole && (name.includes('.') || /[/:]/.test(lower[at - 1] ?? '') || lower[at + name.length] === '/'))
        return true;
    }
    return false;
  });
}

/** Is this whole text a host of a desk, whatever its port? */
function isDeskHost(text: string, places: readonly DeskPlace[]): boolean {
  if (text.length > 2_048) return false;
  return [text, `http://${text}`].some((one) => URL.canParse(one) && isOwnHost(new URL(one).hostname, places));
}

function isOwnHost(host: string, places: readonly DeskPlace[]): boolean {
  if (host === '' || !URL.canParse(`http://${host}/`)) return false;
  const form = bare(new URL(`http://${host}/`).hostname);
  return places.some((place) => bare(place.host) === form || (isLoopback(bare(place.host)) && isLoopback(form)));
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** @param host As `new URL` prints it: addresses in one form. */
function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127\.[\d.]+|0\.0\.0\.0|::1?|::ffff:(?:7f[0-9a-f]{2}:[0-9a-f]+|0:0))$/.test(host);
}
