/** In order of precedence, strictest first. `block` of upstream's language is `deny`. */
export const DECISIONS = ['deny', 'require_approval', 'warn', 'allow'] as const;

export type Decision = (typeof DECISIONS)[number];

export function isDecision(word: string): word is Decision {
  return (DECISIONS as readonly string[]).includes(word);
}
