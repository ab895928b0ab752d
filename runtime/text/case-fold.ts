/**
 * Unicode simple case folding, near enough for names and paths: one character folds to one, so ſ meets s and the
 * Kelvin sign k, but ß does not meet ss, nor the dotless ı the i.
 */
export function simpleFold(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

function foldCharacter(character: string): string {
  if (character === '\u0130' || character === '\u0131') return character; // These fold in Turkic locales only.
  const upper = character.toUpperCase();
  const lower = (upper.length === character.length ? upper : character).toLowerCase();
  return lower.length === character.length || lower.length === 1 ? lower : character;
}
