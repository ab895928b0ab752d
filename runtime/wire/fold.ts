/**
 * Unicode simple case folding, near enough for names: case-insensitive JSON readers (Go's encoding/json among them)
 * match ſ with s and the Kelvin sign with k.
 */
export function simpleFold(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text) {
    const upper = character.toUpperCase();
    const lower = (upper.length === character.length ? upper : character).toLowerCase();
    folded += lower.length === character.length || lower.length === 1 ? lower : character;
  }
  return folded;
}
