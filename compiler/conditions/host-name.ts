/* Hosts in the one form in which they compare, written for the reader. */

/** All names of a host, in the form in which names compare; null: it is no host. */
export function hostNames(host: string): (string | null)[] {
  const spellings = /[ßẞς\u200c\u200d]/.test(host)
    ? [
        host,
        host
          .replace(/[ßẞ]/g, 'ss')
          .replace(/ς/g, 'σ')
          .replace(/[\u200c\u200d]/g, ''),
      ]
    : [host];
  return spellings.flatMap((spelling) => {
    const name = canonicalHost(spelling);
    const inner = name === null ? null : innerAddress(name);
    return inner === null ? [name] : [name, inner];
  });
}

/** Lower case, in ASCII, IPv4 in four decimals, IPv6 compressed and bare; null: it is no host. */
export function canonicalHost(host: string): string | null {
  if (/[%/\\?#@]/.test(host) || (host.includes(':') && !host.startsWith('['))) return null;
  const url = `https://${host}/`;
  const name = parsedUrl(url)?.hostname ?? '';
  const plain = name.startsWith('[') ? name.slice(1, -1) : name.replace(/\.$/, '');
  return plain === '' ? null : plain;
}

/** As the platform's URL parser has it. (`URL.canParse` of Node 20 errs about letters beyond ASCII once it is optimised.) */
export function parsedUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** An address as a number, and how many bits it has; null: it is a name. */
export function addressOf(name: string): { readonly value: bigint; readonly bits: 32 | 128 } | null {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(name);
  if (octets) return { value: octets.slice(1).reduce((sum, octet) => sum * 256n + BigInt(octet), 0n), bits: 32 };
  if (!name.includes(':')) return null;
  const [left = '', right] = name.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const [head, tail] = [left as readonly string[], right ?? []];
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
  return { value: groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n), bits: 128 };
}

/** The IPv4 address inside an IPv6 one: mapped, compatible, NAT64, 6to4. */
function innerAddress(name: string): string | null {
  const address = addressOf(name);
  if (address?.bits !== 128) return null;
  const { value } = address;
  const dotted = (v4: bigint) => [24n, 16n, 8n, 0n].map((shift) => (v4 >> shift) & 255n).join('.');
  if (value >> 112n === 0x2002n) return dotted((value >> 80n) & 0xffffffffn);
  const prefix = value >> 32n;
  const isMapped = prefix === 0xffffn;
  const isCompatible = prefix === 0n && value > 255n;
  const isNat64 = prefix === 0x64ff9bn << 64n;
  return isMapped || isCompatible || isNat64 ? dotted(value & 0xffffffffn) : null;
}
