/**
 * Which arguments hold a URL when a mapping names no selector: one table, read by the reference interpreter and by the
 * runtime alike.
 */

/** A name is one of a URL when its last camel, snake or kebab word, in any case, is one of these. */
export const URL_WORDS: ReadonlySet<string> = new Set(
  (
    'url uri href link endpoint webhook host hostname domain website ' +
    'urls uris hrefs links endpoints webhooks hosts hostnames domains websites'
  ).split(' '),
);

/** Schemes that the WHATWG URL Standard calls special, but for `file`, with their ports. */
export const SCHEME_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443, ftp: 21 };

/** A longer text is no URL of any server, and so many of them are more than a call means: beyond, they are unknown. */
export const MAX_URL = 1 << 14;
/** With letters beyond ASCII, whose form in a host takes long to work out. */
export const MAX_WIDE_URL = 1 << 10;
export const MAX_URLS = 1 << 11;
