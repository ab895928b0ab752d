/** Lower case, runs of white space as one space. */
export function plainText(text: string): string {
  const lower = text.toLowerCase();
  return UNEVEN.test(lower) ? lower.replace(/\s+/g, ' ') : lower;
}

/** White space other than single spaces. */
const UNEVEN = /[^\S ]| {2}/;
