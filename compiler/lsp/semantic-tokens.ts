import { type SemanticTokens, SemanticTokensBuilder } from 'vscode-languageserver/node';
import { Compare, dslLexer, Equals, Numeral, Text, Word } from '../parse/dsl/lexer.js';
import type { PolicyText } from './policy-text.js';

/** What the words of the DSL are called (LSP 3.17, semantic token types). */
export const TOKEN_TYPES = ['keyword', 'string', 'number', 'comment', 'operator', 'variable'] as const;

/** Of a policy in the DSL: its words by what they are. YAML is coloured by editors themselves. */
export function semanticTokens(text: PolicyText): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  if (!text.isDsl) return builder.build();
  const { tokens, groups } = dslLexer.tokenize(text.document.getText());
  const all = [...tokens, ...(groups['comments'] ?? [])].sort((a, b) => a.startOffset - b.startOffset);
  for (const { startOffset, image, tokenType } of all) {
    const type =
      tokenType.name === 'Comment'
        ? 'comment'
        : tokenType.name.startsWith('Keyword_')
          ? 'keyword'
          : tokenType === Text
            ? 'string'
            : tokenType === Numeral
              ? 'number'
              : tokenType === Compare || tokenType === Equals
                ? 'operator'
                : tokenType === Word
                  ? 'variable'
                  : undefined;
    if (type === undefined) continue;
    const { line, character } = text.document.positionAt(startOffset);
    // In the units of the client. No token goes over a line.
    const end = text.document.positionAt(startOffset + image.length);
    builder.push(line, character, end.character - character, TOKEN_TYPES.indexOf(type), 0);
  }
  return builder.build();
}
