import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dslLexer } from '../../compiler/parse/dsl/lexer.js';
import { grammar } from '../../scripts/vscode-grammar.js';
import { ROOT } from '../support/capfence.js';

const FOLDER = join(ROOT, 'editors/vscode');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

test('the grammar has the words of the language', () => {
  assert.equal(read('syntaxes/capfence.tmLanguage.json'), grammar(), 'npm run vscode writes it anew');
});

test('the grammar colours what the parser takes for a keyword, a text, a number', () => {
  const { patterns } = JSON.parse(grammar()) as { patterns: { name: string; match?: string; begin?: string }[] };
  const source =
    'allow filesystem.read where path under "/allow" and amount <= 1e3 # deny\ntool allow-list -> deny.not\n';
  const { tokens } = dslLexer.tokenize(source);
  for (const { image, startOffset, tokenType } of tokens) {
    const found = patterns.find(({ match, begin }) => {
      const pattern = new RegExp(match ?? (begin as string), 'gm');
      pattern.lastIndex = startOffset;
      return pattern.exec(source)?.index === startOffset;
    })?.name;
    const wanted = tokenType.name.startsWith('Keyword_')
      ? 'keyword.control.capfence'
      : { Text: 'string.quoted.double.capfence', Numeral: 'constant.numeric.capfence' }[tokenType.name as 'Text'];
    if (wanted || tokenType.name === 'Word') assert.equal(found, wanted, image);
  }
});

test('the manifest names what is there', () => {
  const manifest = JSON.parse(read('package.json'));
  const [language] = manifest.contributes.languages;
  const [own] = manifest.contributes.grammars;
  for (const path of [language.configuration, own.path]) JSON.parse(read(path));
  assert.deepEqual(language.extensions, ['.capfence']);
  assert.equal(own.scopeName, 'source.capfence');
  assert.equal(
    manifest.contributes.configuration.properties['capfence.command'].default.join(' '),
    'capfence lsp --stdio',
  );
  assert.equal(manifest.version, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
});
