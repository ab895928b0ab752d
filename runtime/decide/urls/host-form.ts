/** Names in their form: the last label begins with a letter, so that it is no address. */
const PLAIN = /^(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*$/;

/** Letters that the two versions of IDNA read differently: ß, ς, and the joiners (UTS 46 section 7). */
const DEVIATIONS = /[\u00df\u1e9e\u03c2\u200c\u200d]/;

/**
 * A host in its one form: lower case, in ASCII, without a dot at its end, IPv4 in four decimals, IPv6 compressed and without
 * brackets. undefined: it is none.
 */
export function hostForm(host: string): string | undefined {
  if (PLAIN.test(host) && !host.includes('xn--')) return host;
  const form = canonical(host);
  return form === undefined || form === '' ? undefined : form;
}

/** All its forms: a host with a letter that IDNA 2003 maps away has two. */
export function hostForms(host: string): (string | undefined)[] {
  if (!DEVIATIONS.test(host)) return [hostForm(host)];
  const mapped = host
    .replace(/[\u00df\u1e9e]/g, 'ss')
    .replaceAll('\u03c2', '\u03c3')
    .replace(/[\u200c\u200d]/g, '');
  return [...new Set([hostForm(host), hostForm(mapped)])];
}

/** By the host parser of the URL Standard. */
function canonical(host: string): string | undefined {
  if (/[%/\\?#@]/.test(host) || /^[^[].*:/.test(host)) return undefined;
  let name: string;
  try {
    name = new URL(`https://${host}/`).hostname;
  } catch {
    return undefined;
  }
  if (name.startsWith('[')) return name.slice(1, -1);
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  // A dot may have hidden an address: `1.2.3.4.`
  return bare;
}
