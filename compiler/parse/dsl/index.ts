import type { IRecognitionException, IToken } from 'chevrotain';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { CF121 } from '../../diagnostics/messages.js';
import type { Place, Source } from '../../diagnostics/source.js';
import type { Syntax } from '../syntax.js';
import { TreeBuilder } from './build.js';
import { dslLexer } from './lexer.js';
import { DslParser } from './parser.js';

const parser = new DslParser();

/** More nesting than a policy may have; the parser is recursive. */
const MAX_OPEN = 256;

/**
 * The DSL to the same tree that the policy's YAML has.
 *
 * @returns null where there is nothing to go on with; what is wrong is in `diagnostics`.
 */
export function parseDsl(source: Source, diagnostics: Diagnostics): Syntax | null {
  const { tokens, errors } = dslLexer.tokenize(source.text.replace(/^\uFEFF/, ' '));
  for (const { offset, length } of errors) {
    const problem = `${JSON.stringify(source.text.slice(offset, offset + Math.min(length, 20)))} begins no word of the language`;
    diagnostics.add(
      CF121({ problem, hint: 'quote names that are not plain words' }),
      source.place(offset, offset + length),
    );
  }
  const deep = tooDeep(tokens);
  if (deep) {
    diagnostics.add(
      CF121({ problem: 'this nests too deeply', hint: 'split the condition into several rules' }),
      source.place(deep.startOffset),
    );
    return null;
  }
  parser.input = tokens;
  const file = parser.file();
  for (const error of parser.errors)
    diagnostics.add(CF121({ problem: problemOf(error), hint: '' }), placeOf(error, source));
  if (diagnostics.hasErrors) return null;
  return new TreeBuilder(source, diagnostics).build(file);
}

/** The comments of a DSL text; the text of each without its `#`. */
export function dslComments(text: string): { offset: number; text: string }[] {
  const comments = dslLexer.tokenize(text).groups['comments'] ?? [];
  return comments.map(({ startOffset, image }) => ({ offset: startOffset, text: image.slice(1).trim() }));
}

/** The first token at which more brackets are open than a policy can need. */
function tooDeep(tokens: readonly IToken[]): IToken | undefined {
  let open = 0;
  return tokens.find(({ image }) => {
    if ('([{'.includes(image)) open++;
    else if (')]}'.includes(image)) open--;
    return open > MAX_OPEN;
  });
}

function problemOf({ name, message, token }: IRecognitionException): string {
  const found = token.image === '' ? 'the end of the file' : JSON.stringify(token.image);
  const expected = /--> ([^<]+) <--/.exec(message)?.[1];
  if (name === 'MismatchedTokenException' && expected) return `expected ${expected}, found ${found}`;
  if (name === 'NotAllInputParsedException') return `expected a statement, found ${found}`;
  return `${found} can't stand here`;
}

function placeOf({ token }: IRecognitionException, source: Source): Place {
  const offset = Number.isNaN(token.startOffset) ? source.text.trimEnd().length : token.startOffset;
  return source.place(offset, offset + Math.max(1, token.image.length));
}
