import { addressOf, canonicalHost } from './host-name.js';

/** What a host pattern may be: a name, any name below one, an address, or a block of addresses. */
export type HostPattern =
  | { readonly kind: 'name' | 'below'; readonly name: string }
  | { readonly kind: 'block'; readonly value: bigint; readonly width: 32 | 128; readonly length: number };

/** @param text In the form that `hostPatternForm` gives. */
export function parseHostPattern(text: string): HostPattern {
  if (text.startsWith('*.')) return { kind: 'below', name: text.slice(2) };
  const [start = '', bits] = text.split('/');
  const address = addressOf(start);
  if (address === null) return { kind: 'name', name: text };
  return {
    kind: 'block',
    value: address.value,
    width: address.bits,
    length: bits === undefined ? address.bits : Number(bits),
  };
}

/** A pattern in the form in which hosts compare; else what is wrong with it. */
export function hostPatternForm(pattern: string): { readonly form: string } | { readonly problem: string } {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pattern)) return { problem: 'it is a URL: leave out the scheme and the path' };
  const block = /^([^/]*)\/(\d{1,3})$/.exec(pattern);
  if (block) return blockForm(block[1] as string, Number(block[2]));
  const isBelow = pattern.startsWith('*.');
  const name = isBelow ? pattern.slice(2) : pattern;
  if (name.includes('*') || name.includes('?')) {
    return { problem: '`*` stands only for all the labels before a name: write `*.example.com`' };
  }
  if (/:\d+$/.test(name) && canonicalHost(name) === null && canonicalHost(`[${name}]`) === null) {
    return { problem: 'a port is another condition: write `port`' };
  }
  const host = canonicalHost(name.includes(':') && !name.startsWith('[') ? `[${name}]` : name);
  if (host === null) return { problem: 'no host is written so' };
  if (isBelow && addressOf(host) !== null)
    return { problem: 'nothing lies below an address: write a block such as 10.0.0.0/8' };
  return { form: isBelow ? `*.${host}` : host };
}

function blockForm(start: string, length: number): { readonly form: string } | { readonly problem: string } {
  const host = canonicalHost(start.includes(':') && !start.startsWith('[') ? `[${start}]` : start);
  const address = host === null ? null : addressOf(host);
  if (address === null) return { problem: 'a block begins with an address' };
  if (length > address.bits) return { problem: `an address has ${address.bits} bits` };
  const rest = BigInt(address.bits - length);
  if ((address.value >> rest) << rest !== address.value) {
    return { problem: `the address has bits beyond the first ${length}: nothing of it would compare` };
  }
  return { form: `${host}/${length}` };
}

/** Is the host, in its one form, what the pattern says? */
export function hostMatches(pattern: HostPattern, host: string): boolean {
  switch (pattern.kind) {
    case 'name':
      return host === pattern.name;
    case 'below':
      return addressOf(host) === null && host.endsWith(`.${pattern.name}`);
    case 'block': {
      const address = addressOf(host);
      const rest = BigInt(pattern.width - pattern.length);
      return address?.bits === pattern.width && address.value >> rest === pattern.value >> rest;
    }
  }
}
