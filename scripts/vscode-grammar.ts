import { KEYWORDS } from '../compiler/parse/dsl/vocabulary.js';

/** The TextMate grammar of the DSL: its keywords are those of the parser. */
export function grammar(): string {
  const words = [...KEYWORDS].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const edge = '[A-Za-z0-9_*?./~-]';
  const patterns = [
    { name: 'comment.line.number-sign.capfence', match: '#.*$' },
    {
      name: 'string.quoted.double.capfence',
      begin: '"',
      end: '"',
      patterns: [{ name: 'constant.character.escape.capfence', match: '\\\\.' }],
    },
    { name: 'constant.numeric.capfence', match: `(?<!${edge})-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?(?!${edge})` },
    { name: 'keyword.control.capfence', match: `(?<!${edge})(?:${words.join('|')})(?!${edge})` },
    { name: 'keyword.operator.capfence', match: '->|[<>]=?|=|\\+' },
  ];
  return `${JSON.stringify({ name: 'CapFence', scopeName: 'source.capfence', patterns }, null, 2)}\n`;
}
