/** Keys that come to the same text may be one. */
export function foldedKey(key: string): string {
  const text = key.startsWith('"') ? String(JSON.parse(key)) : key;
  return text.normalize('NFKC').trim().toUpperCase().toLowerCase().normalize('NFKC');
}
