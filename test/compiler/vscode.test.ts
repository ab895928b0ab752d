import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';
import { tryCall } from '../../compiler/interpret/try-calls.js';
import { loadPolicyText, useDsl } from '../../compiler/ir/load.js';
import { dslLexer } from '../../compiler/parse/dsl/lexer.js';
import { playgroundMarkup } from '../../compiler/report/playground/markup.js';
import { playgroundOf } from '../../compiler/report/playground/playground-of.js';
import { webviewPage } from '../../compiler/report/playground/webview-page.js';
import { grammar } from '../../scripts/vscode-grammar.js';
import { ROOT } from '../support/capfence.js';
import { CHROMIUM, missingChromium } from '../support/chromium.js';

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

test('an editor colours a policy by the grammar as it did', async () => {
  const { INITIAL, Registry } = textmate;
  await oniguruma.loadWASM(readFileSync(join(ROOT, 'node_modules/vscode-oniguruma/release/onig.wasm')));
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(grammar(), 'capfence.json'),
  });
  const loaded = await registry.loadGrammar('source.capfence');
  const folder = join(ROOT, 'test/golden/grammar');
  const source = readFileSync(join(folder, 'sample.capfence'), 'utf8');
  await useDsl();
  loadPolicyText(source, 'sample.capfence', () => 'policy base');
  let stack = INITIAL;
  const shown = source.split('\n').flatMap((line) => {
    const { tokens, ruleStack } = loaded?.tokenizeLine(line, stack) ?? assert.fail('no grammar');
    stack = ruleStack;
    const coloured = tokens.filter(({ scopes }) => scopes.length > 1);
    const parts = coloured.map(({ startIndex, endIndex, scopes }) =>
      [`  ${JSON.stringify(line.slice(startIndex, endIndex))}`, ...scopes.slice(1)].join(' '),
    );
    return [line, ...parts];
  });
  const golden = join(folder, 'sample.tokens.txt');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, shown.join('\n'));
  assert.equal(shown.join('\n'), readFileSync(golden, 'utf8'));
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
  assert.equal(manifest.main, './dist/extension.js');
  assert.deepEqual([...readFileSync(join(FOLDER, manifest.icon)).subarray(1, 4)], [...Buffer.from('PNG')]);
  assert.equal(manifest.version, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
});

const skip = missingChromium();
test('the view of an editor: what its server judges is shown, anew when the policy changes; a rule is opened', {
  ...(skip && { skip }),
  timeout: 60_000,
}, async () => {
  const [script] = (
    await build({
      entryPoints: [join(FOLDER, 'webview.js')],
      bundle: true,
      write: false,
      platform: 'browser',
      minify: true,
    })
  ).outputFiles;
  let { policy } = loadPolicyText('allow: [{ capability: filesystem.read, path_prefix: /data }]\n');
  const about = playgroundOf(policy, ['read_file'], { home: '/home/me' });
  const html = webviewPage(playgroundMarkup(about), script?.text ?? '', 'nonce');
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    const opened: unknown[] = [];
    await page.exposeFunction('toEditor', ({ id, call, open }: { id: number; call?: object; open?: object }) => {
      if (!call) return opened.push(open);
      const tried = tryCall(policy, call, { home: '/home/me', platform: 'linux' });
      const answer = typeof tried === 'string' ? { id, problem: tried } : { id, tried };
      return page.evaluate(`dispatchEvent(new MessageEvent('message', { data: ${JSON.stringify(answer)} }))`);
    });
    await page.addInitScript(
      'globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => void toEditor(message) })',
    );
    await page.route('http://view.example/', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto('http://view.example/');
    const verdict = (wanted: RegExp) => page.locator('#verdict', { hasText: wanted }).waitFor({ timeout: 5000 });
    await verdict(/^allowed.*by allow\[0\]/s);
    assert.match(await page.inputValue('#args'), /\/data\//);
    await page.click('#verdict a');
    assert.match(JSON.stringify(opened), /"id":"allow\[0\]".*"line":1/);
    ({ policy } = loadPolicyText('deny: [filesystem.read]\n'));
    await page.evaluate("dispatchEvent(new MessageEvent('message', { data: { changed: true } }))");
    await verdict(/^denied/);
    await page.fill('#args', '[]');
    await verdict(/^the arguments: a JSON object/);
    assert.deepEqual(problems, []);
  } finally {
    await browser.close();
  }
});
