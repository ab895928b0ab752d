import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CONDITIONS } from '../../compiler/conditions/index.js';
import { MEANINGS } from '../../compiler/lsp/condition-meaning.js';
import { runCapfence } from '../support/capfence.js';
import { Editor, type Json } from '../support/editor.js';
import { temporaryFolder } from '../support/folder.js';

async function withEditor(
  files: Record<string, string>,
  use: (editor: Editor, capabilities: Json) => Promise<void>,
  offered: object = {},
): Promise<void> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const editor = new Editor(folder);
  const params = { processId: process.pid, rootUri: null, capabilities: offered };
  const { capabilities } = await editor.ask('initialize', params);
  editor.tell('initialized');
  await use(editor, capabilities);
  assert.equal(await editor.close(), 0);
}

const POLICY = `version: 1
extends: base.yaml
tools:
  pay: { capability: payments.transfer, amounts: [amount] }
mark:
  - { label: paid, capability: payments.transfer }
deny:
  - id: no-etc
    capability: filesystem.write
    path_prefix: /etc
  - { capability: filesystem.write, path_prefix: /etc/ssh }
  - { capability: filesystem.read, after: paid }
allow:
  - filesystem.read
  - capability: filesystem.write
    path_prefix: /data
`;
const BASE = 'version: 1\nmark:\n  - { label: paid, capability: payments.refund }\nallow:\n  - web.fetch\n';
const FILES = {
  'p.yaml': POLICY,
  'base.yaml': BASE,
  'p.test.yaml':
    'policy: p.yaml\ncases:\n  - { name: a, tool: read_file, args: { path: /x }, history: {}, expect: { decision: allow } }\n',
  'capfence.json': '{"tools":"lock.json"}',
  'lock.json': JSON.stringify({
    server: { name: 's', version: '1' },
    tools: [
      {
        name: 'read_file',
        description: 'Reads <b>',
        inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
      },
      { name: 'write_file', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } },
    ],
  }),
};

test('diagnostics: of loading at once, of the analysis after a pause, with the call that proves them', async () => {
  await withEditor(FILES, async (editor) => {
    editor.open('p.yaml', POLICY.replace('path_prefix: /data', 'path_prefx: /data'));
    const [wrong] = await editor.diagnostics('p.yaml', (all) => all.some(({ code }) => code === 'CF102'));
    assert.match(wrong.message, /has no key `path_prefx`[\s\S]*did you mean `path_prefix`/);
    assert.equal(wrong.range.start.line, 15);
    assert.match(wrong.codeDescription.href, /CF102\.md$/);
    const params = {
      textDocument: { uri: editor.uri('p.yaml') },
      range: wrong.range,
      context: { diagnostics: [wrong] },
    };
    const [action] = await editor.ask('textDocument/codeAction', params);
    assert.equal(action.title, 'Replace by path_prefix');
    const [edit] = action.edit.changes[editor.uri('p.yaml')];
    assert.deepEqual([edit.newText, edit.range.start.character, edit.range.end.character], ['path_prefix', 4, 14]);
    // As it is typed: only what changes is sent.
    editor.tell('textDocument/didChange', {
      textDocument: { uri: editor.uri('p.yaml'), version: 2 },
      contentChanges: [{ range: edit.range, text: edit.newText }],
    });
    const found = await editor.diagnostics('p.yaml', (all) => all.some(({ data }) => data?.kind === 'redundant'));
    const redundant = found.find(({ data }) => data?.kind === 'redundant');
    assert.ok(redundant.relatedInformation.some(({ message }: Json) => /^call: /.test(message)));
    const [remove, write] = await editor.ask('textDocument/codeAction', {
      textDocument: { uri: editor.uri('p.yaml') },
      range: redundant.range,
      context: { diagnostics: [redundant] },
    });
    assert.match(write.title, /^Write a test: write_file \{"path":"\/etc\/ssh\/x"\} is denied$/);
    const [{ textDocument, edits }] = write.edit.documentChanges;
    assert.equal(textDocument.uri, editor.uri('p.test.yaml'));
    assert.match(edits[0].newText, /name: a[\s\S]*- name: write_file .* is denied\n {4}tool: write_file\n/);
    assert.match(remove.title, /Remove deny\[1\]: it is proved not to be needed/);
    const [cut] = remove.edit.changes[editor.uri('p.yaml')];
    assert.deepEqual([cut.newText, cut.range.start.line, cut.range.end.line], ['', 10, 11]);
  });
});

test('hover: a rule, a condition, a capability, a tool', async () => {
  await withEditor(FILES, async (editor) => {
    editor.open('p.yaml');
    const hover = async (needle: string, on = 0) =>
      (await editor.ask('textDocument/hover', editor.at('p.yaml', POLICY, needle, on)))?.contents.value ?? '';
    assert.match(await hover('path_prefix: /etc'), /\*\*path_prefix\*\*: The path, read in every way/);
    assert.match(await hover('filesystem.write\n    path_prefix: /etc', 3), /is exercised by `write_file`/);
    assert.match(await hover('/etc\n', 1), /\*\*no-etc\*\* denies `filesystem\.write` when `path under \/etc`/);
    // A call that the rule decides, though stricter rules come before it.
    assert.match(await hover('/data', 1), /It decides, as an example: `write_file .*\/data/);
    assert.match(
      await hover('/data', 1),
      /allows `filesystem\.write`[\s\S]*Before it come, and win where they match, too: .*no-etc/,
    );
    assert.match(await hover('pay:', 1), /\*\*pay\*\* exercises `payments\.transfer`/);
    assert.equal(await hover('version'), '');
  });
});

test('completion: keys, capabilities, tools, labels, arguments, in a text that is not whole', async () => {
  await withEditor(FILES, async (editor) => {
    const complete = async (text: string) => {
      editor.open('q.yaml', text);
      const lines = text.split('\n');
      const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
      const items = await editor.ask('textDocument/completion', {
        textDocument: { uri: editor.uri('q.yaml') },
        position,
      });
      editor.tell('textDocument/didClose', { textDocument: { uri: editor.uri('q.yaml') } });
      return items.map(({ label }: Json) => label) as string[];
    };
    assert.ok((await complete('version: 1\nde')).includes('deny'));
    assert.ok((await complete('deny:\n  - ')).includes('filesystem.write'));
    assert.ok((await complete('deny:\n  - capability: filesystem.write\n    pa')).includes('path_prefix'));
    assert.ok((await complete('deny:\n  - capability: fi')).includes('filesystem.read'));
    assert.deepEqual(await complete('deny:\n  - tool_name: '), ['read_file', 'write_file']);
    assert.deepEqual(await complete('mark:\n  - { label: seen, capability: a }\ndeny:\n  - { capability: a, after: '), [
      'seen',
    ]);
    assert.ok((await complete('limits:\n  - { id: a, capability: "*", over: ')).includes('require_approval'));
    // By where it stands: a value is no key, and a list in blocks is a list in brackets.
    const rule = 'mark:\n  - { label: seen, capability: a }\ndeny:\n  - capability: filesystem.write\n';
    for (const before of [
      '    after: ',
      '    after: [',
      '    after: [seen, s',
      '    after:\n      - ',
      '    after: { label: ',
    ])
      assert.deepEqual(await complete(rule + before), ['seen'], before);
    for (const before of ['    reason: ', '    id: x', '    description: write ', '    amount_gt: '])
      assert.deepEqual(await complete(rule + before), [], before);
    assert.deepEqual(await complete(`${rule}    tool_name:\n      - `), ['read_file', 'write_file']);
    assert.deepEqual((await complete(`${rule}    after: { `)).sort(), ['by', 'label', 'within']);
    assert.ok((await complete(`${rule}    not: { pa`)).includes('path_prefix'));
    assert.ok((await complete(`${rule}    any:\n      - pa`)).includes('path_prefix'));
    assert.ok((await complete(`${rule}    not: { `)).includes('args'));
    assert.ok((await complete(`${rule}    network: `)).includes('loopback'));
    assert.ok((await complete(`${rule}    sql_kind: [`)).includes('read'));
    assert.deepEqual((await complete(`${rule}    hints: { `)).sort(), [
      'destructive',
      'idempotent',
      'open_world',
      'read_only',
    ]);
    assert.deepEqual(await complete(`${rule}    hints: { read_only: `), ['true', 'false']);
    assert.ok((await complete(`${rule}    secret: `)).includes('private_key'));
    for (const before of ['    args: { ', '    args:\n      '])
      assert.deepEqual(await complete(rule + before), ['path'], before);
    assert.ok((await complete(`${rule}    args: { path: { `)).includes('prefix'));
    assert.ok((await complete(`${rule}    args: { path: { type: `)).includes('string'));
    assert.ok(!(await complete(`${rule}    pa`)).includes('capability'), 'it is there already');
    assert.ok((await complete('tools:\n  read_file: ')).includes('filesystem.read'));
    assert.ok((await complete('extends: ')).includes('base.yaml'));
    assert.deepEqual(await complete('risk_levels: { high: { action: ').then((all) => all.includes('deny')), true);
    // Of what is extended, though the text does not load; not what is typed.
    const typing = await complete('extends: base.yaml\nallow:\n  - { capability: a, after: re');
    assert.ok(typing.includes('paid') && !typing.includes('re'), typing.join());
    assert.ok((await complete('tools:\n  re')).includes('read_file'));
    assert.ok((await complete('tools:\n  read_file: { capability: filesystem.read, paths: [')).includes('path'));
  });
});

test('definitions, references and renaming, over what a policy extends', async () => {
  await withEditor(FILES, async (editor) => {
    editor.open('p.yaml');
    const parent = await editor.ask('textDocument/definition', editor.at('p.yaml', POLICY, 'base.yaml', 2));
    assert.equal(parent[0].uri, editor.uri('base.yaml'));
    const defined = await editor.ask('textDocument/definition', editor.at('p.yaml', POLICY, 'after: paid', 8));
    assert.deepEqual(
      defined.map(({ uri }: Json) => uri),
      [editor.uri('p.yaml'), editor.uri('base.yaml')],
    );
    const params = { ...editor.at('p.yaml', POLICY, 'after: paid', 8), context: { includeDeclaration: true } };
    assert.equal((await editor.ask('textDocument/references', params)).length, 3);
    const rename = { ...editor.at('p.yaml', POLICY, 'label: paid', 8), newName: 'was_paid' };
    const { changes } = await editor.ask('textDocument/rename', rename);
    assert.equal(changes[editor.uri('p.yaml')].length, 2);
    assert.equal(changes[editor.uri('base.yaml')].length, 1);
    const wrong = { ...editor.at('p.yaml', POLICY, 'label: paid', 8), newName: 'was paid' };
    await assert.rejects(editor.ask('textDocument/rename', wrong), /a label is a word of a-z/);
  });
});

test('outline, folding, formatting and lenses; YAML and the DSL', async () => {
  const dsl = 'policy p\n\nallow filesystem.read # all\ndeny   filesystem.write where path under "/etc"\n';
  await withEditor({ ...FILES, 'd.capfence': dsl }, async (editor) => {
    editor.open('p.yaml');
    const textDocument = { uri: editor.uri('p.yaml') };
    const symbols = await editor.ask('textDocument/documentSymbol', { textDocument });
    const deny = symbols.find(({ name }: Json) => name === 'deny');
    assert.deepEqual(
      deny.children.map(({ name }: Json) => name),
      ['no-etc filesystem.write', 'deny[1] filesystem.write', 'deny[2] filesystem.read'],
    );
    assert.ok(
      (await editor.ask('textDocument/foldingRange', { textDocument })).some(({ startLine }: Json) => startLine === 6),
    );
    const lenses = await editor.ask('textDocument/codeLens', { textDocument });
    const titles = lenses.map(({ command }: Json) => command.title);
    assert.ok(titles.includes('1 test') && titles.includes('decides 1 of 3 tools'), titles.join());
    editor.open('d.capfence', dsl);
    const options = { tabSize: 2, insertSpaces: true };
    const [edit] = await editor.ask('textDocument/formatting', {
      textDocument: { uri: editor.uri('d.capfence') },
      options,
    });
    assert.match(edit.newText, /^deny +filesystem\.write +where path under "\/etc"/m);
    const tokens = await editor.ask('textDocument/semanticTokens/full', {
      textDocument: { uri: editor.uri('d.capfence') },
    });
    // Line, character, length, type and modifiers of each, relative to the one before: the first is `policy`.
    assert.deepEqual(tokens.data.slice(0, 5), [0, 0, 6, 0, 0]);
    assert.equal(tokens.data.length % 5, 0);
    assert.ok(tokens.data.length >= 50);
  });
});

test('answers on a policy of a thousand rules come while somebody types', { timeout: 60_000 }, async () => {
  const rules = Array.from(
    { length: 1000 },
    (_, i) => `  - { capability: filesystem.write, path_prefix: /data/p${i} }`,
  );
  const big = `version: 1\nallow:\n${rules.join('\n')}\n`;
  await withEditor({ 'big.yaml': big }, async (editor) => {
    editor.open('big.yaml', `${big}wrong: 1\n`);
    const [first] = await editor.diagnostics('big.yaml', (all) => all.length > 0);
    assert.equal(first.code, 'CF102');
    assert.equal(
      (await editor.ask('textDocument/documentSymbol', { textDocument: { uri: editor.uri('big.yaml') } })).length,
      3,
    );
  });
});

test('every condition has a meaning, in a sentence', () => {
  for (const key of CONDITIONS.keys()) assert.match(MEANINGS.get(key) ?? '', /^[A-Z`].{20,}[.!]$/, key);
  assert.deepEqual(
    [...MEANINGS.keys()].filter((key) => !CONDITIONS.has(key)),
    [],
  );
});

test('a fixture is read as a fixture, a lock file as one', async () => {
  await withEditor(FILES, async (editor) => {
    editor.open('p.test.yaml');
    assert.deepEqual(await editor.diagnostics('p.test.yaml', () => true), []);
    const wrong = FILES['p.test.yaml'].replace('decision: allow', 'decision: alow').replace('history: {}, ', '');
    editor.tell('textDocument/didChange', {
      textDocument: { uri: editor.uri('p.test.yaml'), version: 2 },
      contentChanges: [{ text: wrong }],
    });
    const [finding] = await editor.diagnostics('p.test.yaml', (all) => all.length > 0);
    assert.match(finding.message, /one of allow, warn, require_approval, deny/);
    assert.equal(finding.range.start.line, 2);
    const at = (needle: string, on: number) => editor.at('p.test.yaml', wrong, needle, on);
    const complete = async (needle: string) =>
      (await editor.ask('textDocument/completion', at(needle, needle.length))).map(({ label }: Json) => label);
    assert.deepEqual(await complete('tool: '), ['read_file', 'write_file']);
    assert.deepEqual(await complete('decision: '), ['allow', 'warn', 'require_approval', 'deny']);
    const [target] = await editor.ask('textDocument/definition', at('p.yaml', 1));
    assert.equal(target.uri, editor.uri('p.yaml'));
    assert.match((await editor.ask('textDocument/hover', at('read_file', 1))).contents.value, /Reads/);
    editor.open('lock.json');
    assert.deepEqual(await editor.diagnostics('lock.json', () => true), []);
    editor.open('lock.json', '{"server": {}, "tols": []}', 2);
    const [lock] = await editor.diagnostics('lock.json', (all) => all.length > 0);
    assert.match(lock.message, /is no snapshot/);
    editor.open('lock.json', '{\n"tools": [\n', 3);
    const [broken] = await editor.diagnostics('lock.json', (all) => all[0] && !/snapshot/.test(all[0].message));
    assert.equal(broken.severity, 1);
  });
});

test('an id that is renamed is renamed in the tests of the policy', async () => {
  const fixture =
    'policy: p.yaml\ncases:\n  - { name: a, tool: write_file, args: { path: /etc/x }, expect: { decision: deny, rule: no-etc } }\n';
  await withEditor({ ...FILES, 'p.test.yaml': fixture }, async (editor) => {
    editor.open('p.yaml');
    const rename = { ...editor.at('p.yaml', POLICY, 'no-etc', 2), newName: 'not-etc' };
    const { changes } = await editor.ask('textDocument/rename', rename);
    const [edit] = changes[editor.uri('p.test.yaml')];
    assert.deepEqual(
      [edit.newText, edit.range.start.character],
      ['not-etc', fixture.split('\n')[2]?.indexOf('no-etc')],
    );
  });
});

test('positions count bytes of UTF-8 where the client offers it, UTF-16 else', async () => {
  const text = 'allow:\n  - { capability: filesystem.read, description: "größe 🦊 ü", path_prefx: /a }\n';
  const line = text.split('\n')[1] as string;
  const columns = {
    'utf-8': (at: number) => Buffer.byteLength(line.slice(0, at)),
    'utf-16': (at: number) => at,
  };
  for (const [first, column] of Object.entries(columns)) {
    const offered = { general: { positionEncodings: [first, 'utf-16'] } };
    await withEditor(
      { 'u.yaml': text },
      async (editor, { positionEncoding }) => {
        assert.equal(positionEncoding, first);
        editor.open('u.yaml');
        const isUnknownKey = ({ code }: Json) => code === 'CF102';
        const wrong = (await editor.diagnostics('u.yaml', (all) => all.some(isUnknownKey))).find(isUnknownKey);
        const start = line.indexOf('path_prefx');
        assert.equal(wrong.range.start.character, column(start));
        // Two changes of which the second counts from what the first left; the fox goes.
        const fox = column(line.indexOf('🦊'));
        const width = first === 'utf-8' ? 4 : 2;
        const change = (from: number, to: number, put: string) => ({
          range: { start: { line: 1, character: from }, end: { line: 1, character: to } },
          text: put,
        });
        const after = column(line.indexOf('prefx') + 'pref'.length) - width;
        editor.tell('textDocument/didChange', {
          textDocument: { uri: editor.uri('u.yaml'), version: 2 },
          contentChanges: [change(fox, fox + width, ''), change(after, after, 'i')],
        });
        assert.deepEqual(
          (await editor.diagnostics('u.yaml', (all) => all.every(({ code }) => code !== 'CF102'))).filter(
            ({ severity }) => severity === 1,
          ),
          [],
        );
      },
      offered,
    );
  }
});

test('YAML of something else is left alone', async () => {
  const compose = 'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n';
  await withEditor({ 'compose.yaml': compose, 'other.test.yaml': 'tests: [1]\n' }, async (editor) => {
    for (const name of ['compose.yaml', 'other.test.yaml']) {
      editor.open(name);
      assert.deepEqual(await editor.diagnostics(name, () => true), []);
    }
  });
});

test('a call is tried on a policy as it stands in the editor, with the truth of each condition', async () => {
  await withEditor(FILES, async (editor) => {
    editor.open('p.yaml', POLICY.replace('/data', '/elsewhere'));
    const run = (command: string, argument: object) =>
      editor.ask('workspace/executeCommand', { command, arguments: [{ uri: editor.uri('p.yaml'), ...argument }] });
    assert.deepEqual((await run('capfence.server.playground', {})).tools, ['pay', 'read_file', 'write_file']);
    const tried = await run('capfence.server.tryCall', { tool: 'write_file', args: { path: '/elsewhere/a' } });
    assert.equal(tried.decision, 'allow');
    assert.deepEqual(
      tried.considered.map(({ matches }: Json) => matches),
      [false, false, true],
    );
    assert.match(tried.text, /false +path under "\/etc"\n[\s\S]*true +path under "\/elsewhere"/);
    assert.equal(
      (await run('capfence.server.tryCall', { tool: 'write_file', args: { path: '/data/a' } })).decision,
      'deny',
    );
    await assert.rejects(run('capfence.server.tryCall', { args: {} }), /a call has a `tool`, or a `capability`/);
    await assert.rejects(run('capfence.server.tryCall', { tool: 1 }), /takes \{"uri"/);
    await assert.rejects(run('capfence.server.tryCall', { uri: 'file:///no', tool: 'a' }), /is not open/);
  });
});

test('what a policy extends is read as it stands in the editor, not as it was saved', async () => {
  const child = 'version: 1\nextends: base.yaml\nallow:\n  - { capability: web.fetch, after: seen }\n';
  await withEditor({ 'child.yaml': child, 'base.yaml': BASE }, async (editor) => {
    editor.open('child.yaml');
    const [missing] = await editor.diagnostics('child.yaml', (all) => all.some(({ code }) => code === 'CF131'));
    assert.match(missing.message, /no mark sets the label `seen`/);
    editor.open('base.yaml', BASE.replace('label: paid', 'label: seen'));
    await editor.diagnostics('child.yaml', (all) => all.every(({ code }) => code !== 'CF131'));
  });
});

test('what a policy says that it extends is no device to wait for, and no folder', { timeout: 20_000 }, async () => {
  const text =
    'version: 1\nextends: [/dev/zero, ., none.yaml]\nmark:\n  - { label: a, capability: x }\nallow:\n  - x\n';
  const files = { 'p.yaml': text, 'capfence.json': '{"tools":"/dev/zero"}' };
  await withEditor(files, async (editor) => {
    editor.open('p.yaml');
    editor.open('q.yaml', text);
    const params = { ...editor.at('p.yaml', text, 'label: a', 7), context: { includeDeclaration: true } };
    assert.equal((await editor.ask('textDocument/references', params)).length, 1);
    assert.ok(await editor.ask('textDocument/hover', editor.at('p.yaml', text, '- x', 2)).then(() => true));
  });
});

test('documents in no file of this machine are read, and break no others', async () => {
  await withEditor(FILES, async (editor) => {
    for (const uri of ['file://server/share/p.yaml', 'file:///a%2Fb.yaml', 'untitled:Untitled-1', 'git:/p.yaml?HEAD']) {
      const text = 'version: 1\nextends: nowhere.yaml\nallow:\n  - filesystem.read\n';
      editor.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
      const params = { textDocument: { uri }, position: { line: 3, character: 6 } };
      assert.ok((await editor.ask('textDocument/documentSymbol', params)).length > 0, uri);
    }
    editor.open('p.yaml');
    await editor.diagnostics('p.yaml', (all) => all.some(({ data }) => data?.kind === 'redundant'));
    const command = { command: 'capfence.server.no', arguments: [{ uri: editor.uri('p.yaml') }] };
    await assert.rejects(editor.ask('workspace/executeCommand', command), /there is no command/);
  });
});

test('the DSL: without a header, analysed as what it is; hover anywhere in a rule', async () => {
  const text =
    'deny filesystem.delete\ndeny filesystem.delete where path under "/a"\nallow filesystem.read where path under "/b"\n';
  await withEditor({ 'a.capfence': text }, async (editor) => {
    editor.open('a.capfence');
    const [finding] = await editor.diagnostics('a.capfence', (all) => all.length > 0);
    assert.equal(finding.code, 'CF204', finding.message);
    assert.equal(finding.range.start.line, 1);
    const actions = await editor.ask('textDocument/codeAction', {
      textDocument: { uri: editor.uri('a.capfence') },
      range: finding.range,
      context: { diagnostics: [finding] },
    });
    const [{ edit }] = actions.filter(({ title }: Json) => title.startsWith('Remove deny[1]'));
    assert.deepEqual(edit.changes[editor.uri('a.capfence')], [
      { range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } }, newText: '' },
    ]);
    const hover = async (needle: string): Promise<string> =>
      (await editor.ask('textDocument/hover', editor.at('a.capfence', text, needle, 1)))?.contents.value ?? '';
    assert.match(await hover('filesystem.read'), /\*\*filesystem\.read\*\* is exercised by/);
    assert.match(await hover('"/b"'), /\*\*allow\[0\]\*\* allows/);
    assert.match(await hover('path under "/b"'), /\*\*path_prefix\*\*/);
    assert.match(await hover('deny filesystem.delete where'), /\*\*deny\[1\]\*\* denies/);
  });
});

test('what analysis advises is shown, and mended with one press', async () => {
  const text = 'deny:\n  - capability: shel.execute\nallow:\n  - filesystem.read\n';
  await withEditor({ 'a.yaml': text }, async (editor) => {
    editor.open('a.yaml');
    const [finding] = await editor.diagnostics('a.yaml', (all) => all.some(({ code }: Json) => code === 'CF304'));
    assert.match(finding.message, /did you mean `shell\.execute`/);
    const actions = await editor.ask('textDocument/codeAction', {
      textDocument: { uri: editor.uri('a.yaml') },
      range: finding.range,
      // As editors give them: their members in another order.
      context: { diagnostics: [{ ...finding, range: { end: finding.range.end, start: { character: 4, line: 1 } } }] },
    });
    const [mend, again] = actions.filter(({ title }: Json) => title === 'Replace by shell.execute');
    assert.equal(again, undefined);
    assert.deepEqual(mend.edit.changes[editor.uri('a.yaml')], [
      { range: { start: { line: 1, character: 16 }, end: { line: 1, character: 28 } }, newText: 'shell.execute' },
    ]);
  });
});

test('the analysis reads what is extended as it stands in the editor', async () => {
  const child = 'extends: base.yaml\nallow:\n  - { capability: filesystem.read, path_prefix: /a }\n';
  await withEditor({ 'base.yaml': 'allow: []\n', 'child.yaml': child }, async (editor) => {
    editor.open('base.yaml', 'allow: [filesystem.read]\n');
    editor.open('child.yaml');
    const [finding] = await editor.diagnostics('child.yaml', (all) => all.length > 0);
    assert.equal(finding.code, 'CF204');
    assert.match(finding.relatedInformation.at(-1).message, /covers it$/);
    assert.equal(finding.relatedInformation.at(-1).location.uri, editor.uri('base.yaml'));
  });
});

test('two rules that meet: the one that wins is narrowed to what both are about', async () => {
  const forms = {
    flow: 'require_approval:\n  - { capability: filesystem.write, tenant: evil }\nallow:\n  - { capability: filesystem.write, path_prefix: /data }\n',
    block:
      'require_approval:\n  - capability: filesystem.write\n    environment:\n      - evil\n      - worse\nallow:\n  - capability: filesystem.write\n    path_prefix: "/data"\n',
  };
  for (const [name, text] of Object.entries(forms)) {
    await withEditor({ 'a.yaml': text }, async (editor) => {
      editor.open('a.yaml');
      const [finding] = await editor.diagnostics('a.yaml', (all) => all.some(({ code }: Json) => code === 'CF205'));
      // Anywhere in the rule, not only where it is marked.
      const { position } = editor.at('a.yaml', text, 'evil') as Json;
      const actions = await editor.ask('textDocument/codeAction', {
        textDocument: { uri: editor.uri('a.yaml') },
        range: { start: position, end: position },
        context: { diagnostics: [] },
      });
      const [mend] = actions.filter(({ title }: Json) => title.startsWith('Narrow'));
      assert.equal(mend?.title, 'Narrow require_approval[0] by path_prefix of allow[0]', JSON.stringify(finding));
      const [{ range, newText }] = mend.edit.changes[editor.uri('a.yaml')];
      editor.tell('textDocument/didChange', {
        textDocument: { uri: editor.uri('a.yaml'), version: 2 },
        contentChanges: [{ range, text: newText }],
      });
      await editor.diagnostics('a.yaml', (all) => all.some(({ code }: Json) => code === 'CF206'));
      assert.ok(name === 'flow' ? newText.startsWith(', ') : newText.startsWith('\n    '), newText);
    });
  }
});

test('what changes against the last commit: a lens counts it, and opens it', async () => {
  const before = 'allow:\n  - { capability: filesystem.read, path_prefix: /data }\n';
  await withEditor(
    { 'a.yaml': before },
    async (editor) => {
      const git = (...args: string[]) =>
        assert.equal(
          spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], { cwd: editor.folder })
            .status,
          0,
        );
      git('init', '-q');
      git('add', 'a.yaml');
      git('commit', '-qm', 'a');
      editor.open('a.yaml', before.replace('/data', '/'));
      const lens = async (): Promise<Json> => {
        for (let i = 0; i < 400; i++) {
          const all = await editor.ask('textDocument/codeLens', { textDocument: { uri: editor.uri('a.yaml') } });
          const found = all.find(({ command }: Json) => /HEAD/.test(command.title));
          if (found) return found;
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
        throw new Error('no lens');
      };
      const { command } = await lens();
      assert.equal(command.title, '1 call changes against HEAD');
      assert.ok(editor.requested.some(({ method }) => method === 'workspace/codeLens/refresh'));
      await editor.ask('workspace/executeCommand', command);
      const shown = editor.requested.find(({ method }) => method === 'window/showDocument');
      assert.match(readFileSync(new URL(shown.params.uri), 'utf8'), /deny → allow/);
    },
    { workspace: { codeLens: { refreshSupport: true } } },
  );
});

test('while a text does not load its lenses stay', async () => {
  const text = 'allow:\n  - filesystem.read\n';
  await withEditor({ 'a.yaml': text }, async (editor) => {
    editor.open('a.yaml');
    const lenses = () => editor.ask('textDocument/codeLens', { textDocument: { uri: editor.uri('a.yaml') } });
    const before = await lenses();
    assert.match(before[0].command.title, /^decides \d+ of \d+ known tools$/);
    editor.tell('textDocument/didChange', {
      textDocument: { uri: editor.uri('a.yaml'), version: 2 },
      contentChanges: [{ text: 'allow:\n  - filesystem.read\n  - { capa' }],
    });
    assert.deepEqual(await lenses(), before);
  });
});

test('a new name goes to what extends the policy, and to pasts in tests; a namesake elsewhere keeps its own', async () => {
  const files = {
    'base.yaml': 'mark: [{ label: secret, capability: filesystem.read }]\n',
    'heir.yaml': 'extends: base.yaml\ndeny: [{ capability: mail.send, after: secret }]\n',
    'heir.test.yaml':
      'policy: heir.yaml\ncases:\n  - { name: a, capability: mail.send, history: { secret: { must: -1 } }, expect: { decision: deny } }\n',
    'stranger.yaml': 'mark: [{ label: secret, capability: filesystem.read }]\n',
  };
  await withEditor(files, async (editor) => {
    editor.open('base.yaml');
    const rename = async (name: 'base.yaml' | 'heir.test.yaml') => {
      const at = editor.at(name, files[name], 'secret', 1);
      const { changes } = await editor.ask('textDocument/rename', { ...at, newName: 'confidential' });
      return Object.keys(changes).sort();
    };
    const all = ['base.yaml', 'heir.test.yaml', 'heir.yaml'].map((name) => editor.uri(name));
    assert.deepEqual(await rename('base.yaml'), all);
    editor.open('heir.test.yaml');
    assert.deepEqual(await rename('heir.test.yaml'), all);
  });
});

test('calls are tried one after the other, each judged by what those before have left', async () => {
  const text =
    'mark: [{ label: secret, capability: filesystem.read, path_prefix: /keys }]\ndeny: [{ capability: mail.send, after: secret }]\nallow: [filesystem.read, mail.send]\n';
  await withEditor({ 'a.yaml': text }, async (editor) => {
    editor.open('a.yaml');
    const run = (argument: object) =>
      editor.ask('workspace/executeCommand', {
        command: 'capfence.server.tryCall',
        arguments: [{ uri: editor.uri('a.yaml'), capability: 'mail.send', args: {}, ...argument }],
      });
    assert.equal((await run({ history: {}, before: [] })).decision, 'allow');
    const tried = await run({ history: {}, before: [{ tool: 'read_file', args: { path: '/keys/a' } }] });
    assert.equal(tried.decision, 'deny');
    assert.deepEqual(tried.before[0].after.labels, [{ label: 'secret', holds: 'true' }]);
    assert.match(tried.text, /after it {2}secret/);
    await assert.rejects(run({ history: { nope: {} } }), /no label or limit "nope"/);
    await assert.rejects(run({ before: [{ tool: 'a', at: 5 }], at: 1 }), /earlier/);
    await assert.rejects(run({ now: 'soon' }), /no moment/);
  });
});

/** The actions for everything that is found in a text, once the analysis is done. */
async function actionsOf(editor: Editor, name: string): Promise<Json[]> {
  editor.open(name);
  const all = await editor.diagnostics(name, (found) => found.length > 0 && found.every(({ data }: Json) => data));
  const actions = all.map((one: Json) =>
    editor.ask('textDocument/codeAction', {
      textDocument: { uri: editor.uri(name) },
      range: one.range,
      context: { diagnostics: [one] },
    }),
  );
  return (await Promise.all(actions)).flat();
}

test('a rule is taken out only where nothing else goes with it', async () => {
  const texts = {
    flow: 'deny: [filesystem.write, filesystem.write]\nallow: [filesystem.read, filesystem]\n',
    lines: 'deny: [\n  filesystem.write,\n  filesystem.write,\n  shell ]\nallow: [filesystem]\n',
    dash: 'deny:\n  -\n    filesystem.write\n  -\n    filesystem.write\nallow: [filesystem]\n',
    whole: '{ deny: [filesystem.write, filesystem.write], allow: [filesystem] }\n',
  };
  for (const [name, text] of Object.entries(texts)) {
    await withEditor({ 'a.yaml': text }, async (editor) => {
      const titles = (await actionsOf(editor, 'a.yaml')).map(({ title }: Json) => title);
      assert.ok(!titles.some((title: string) => title.startsWith('Remove')), `${name}: ${titles.join()}`);
    });
  }
});

test('a rule is narrowed without its neighbours, and a denial never', async () => {
  const block = (section: string) =>
    `${section}:\n  - capability: filesystem.write\n    environment:\n      - prod\n      - stage\n  - shell\nallow:\n  - capability: filesystem.write\n    tenant: acme\n  - shell\n`;
  await withEditor({ 'a.yaml': block('require_approval'), 'b.yaml': block('deny') }, async (editor) => {
    const [narrow] = (await actionsOf(editor, 'a.yaml')).filter(({ title }: Json) => title.startsWith('Narrow'));
    assert.equal(narrow.edit.changes[editor.uri('a.yaml')][0].newText, '\n    tenant: acme');
    assert.deepEqual(narrow.edit.changes[editor.uri('a.yaml')][0].range.start, { line: 4, character: 13 });
    assert.ok(!(await actionsOf(editor, 'b.yaml')).some(({ title }: Json) => title.startsWith('Narrow')));
  });
});

test('a label that is mistyped is mended, not the key before it', async () => {
  const mark = 'mark: [{ label: secret, capability: filesystem.read }]\nallow: [web]\ndeny:\n';
  for (const after of ['after: secrt', 'after: { label: secrt, within: 1h }', 'after: [secret, secrt]']) {
    const text = `${mark}  - { capability: web, ${after} }\n`;
    await withEditor({ 'a.yaml': text }, async (editor) => {
      editor.open('a.yaml');
      const [one] = await editor.diagnostics('a.yaml', (all) => all.some(({ code }: Json) => code === 'CF131'));
      const [mend] = await editor.ask('textDocument/codeAction', {
        textDocument: { uri: editor.uri('a.yaml') },
        range: one.range,
        context: { diagnostics: [one] },
      });
      const at = text.split('\n')[3]?.indexOf('secrt');
      assert.deepEqual(mend.edit.changes[editor.uri('a.yaml')], [
        {
          range: { start: { line: 3, character: at }, end: { line: 3, character: Number(at) + 5 } },
          newText: 'secret',
        },
      ]);
    });
  }
});

test('what is only called like a name keeps its own; no name that breaks a text, or is taken', async () => {
  const text = `tools: { id: web.fetch, get: web.fetch }
mark: [{ label: bug, capability: filesystem.read }]
deny:
  - { id: abc, capability: web.fetch, args: { id: abc } }
  - { capability: web.fetch, args: { label: bug, after: bug, rule: abc } }
  - { capability: web.fetch, after: bug }
  - { id: other, capability: shell }
  - id: >-
      folded
    capability: shell
`;
  const fixture =
    'policy: ../a.yaml\ncases:\n  - { name: a, tool: get, args: { rule: abc, id: abc }, expect: { decision: deny, rule: abc } }\n';
  await withEditor({ 'a.yaml': text }, async (editor) => {
    mkdirSync(join(editor.folder, 'tests'));
    writeFileSync(join(editor.folder, 'tests/a.test.yaml'), fixture);
    editor.open('a.yaml');
    const rename = async (needle: string, newName: string, on = 0): Promise<Record<string, number>> => {
      const { changes } = await editor.ask('textDocument/rename', {
        ...editor.at('a.yaml', text, needle, on),
        newName,
      });
      return Object.fromEntries(
        Object.entries(changes).map(([uri, edits]) => [uri.split('/').at(-1), (edits as []).length]),
      );
    };
    assert.deepEqual(await rename('id: abc', 'xyz', 5), { 'a.yaml': 1, 'a.test.yaml': 1 });
    assert.deepEqual(await rename('label: bug', 'flaw', 8), { 'a.yaml': 2 });
    assert.equal(
      await editor.ask('textDocument/rename', { ...editor.at('a.yaml', text, 'id: web', 5), newName: 'zz' }),
      null,
    );
    for (const name of ['null', '1.5', '~', '[a', 'a, b', '*x', '- x', '|', 'a b', 'é', 'x)', 'zz\\'])
      await assert.rejects(rename('id: abc', name, 5), /would be read as no text|an id is a word/, name);
    await assert.rejects(rename('id: abc', 'other', 5), /has an id other already/);
    for (const name of ['123', 'true', 'null']) await assert.rejects(rename('label: bug', name, 8), /no text/, name);
    await assert.rejects(rename('folded', 'zz', 2), /written as a block/);
  });
});

test('a test is written where tests of this policy are, as they stand in the editor, and it passes', async () => {
  const text =
    'limits: [{ id: few, capability: filesystem.write, max: 1, per: 1h, over: require_approval }]\nallow: [filesystem.write, { capability: filesystem.write, path_prefix: /a }]\n';
  await withEditor({ 'a.yaml': text, 'b.yaml': text, 'b.test.yaml': 'policy: a.yaml\ncases: []\n' }, async (editor) => {
    editor.open('a.test.yaml', '# mine\npolicy: a.yaml\ncases: []\n');
    const [write] = (await actionsOf(editor, 'a.yaml')).filter(({ title }: Json) => title.startsWith('Write'));
    const [{ edits }] = write.edit.documentChanges;
    writeFileSync(join(editor.folder, 'a.test.yaml'), edits[0].newText);
    assert.match(edits[0].newText, /^# mine\n/);
    const { status, stdout } = runCapfence(['test', join(editor.folder, 'a.test.yaml')]);
    assert.equal(status, 0, `${write.title}\n${edits[0].newText}\n${stdout}`);
    const others = await actionsOf(editor, 'b.yaml');
    assert.ok(!others.some(({ title }: Json) => title.startsWith('Write')), 'b.test.yaml is of another policy');
    spawnSync('ln', ['-s', '/dev/zero', join(editor.folder, 'b2.test.yaml')]);
    writeFileSync(join(editor.folder, 'b2.yaml'), text);
    assert.ok(!(await actionsOf(editor, 'b2.yaml')).some(({ title }: Json) => title.startsWith('Write')));
  });
});

test('a repository that somebody else has made runs nothing', async () => {
  const text = 'allow: [filesystem.read]\n';
  await withEditor({ 'a.yaml': text }, async (editor) => {
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
        cwd: editor.folder,
        encoding: 'utf8',
      }).stdout.trim();
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'a');
    const blob = git('rev-parse', 'HEAD:a.yaml');
    rmSync(join(editor.folder, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    const proof = join(editor.folder, 'run');
    const settings = {
      'core.repositoryformatversion': '1',
      'extensions.partialClone': 'origin',
      'remote.origin.promisor': 'true',
    };
    const commands = { 'core.sshCommand': `touch ${proof}; false`, 'remote.origin.url': `ext::sh -c touch% ${proof}` };
    for (const [key, value] of Object.entries({ ...settings, ...commands })) git('config', key, value);
    for (const url of [commands['remote.origin.url'], 'ssh://host.example/x']) {
      git('config', 'remote.origin.url', url);
      editor.open('a.yaml', `${text}# another\nwarn: [mail]\n`);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      editor.tell('textDocument/didClose', { textDocument: { uri: editor.uri('a.yaml') } });
      assert.ok(!existsSync(proof), url);
    }
  });
});

test('what an editor closes is as it was saved, for what extends it, too; what has no file is nobody else', async () => {
  const files = {
    'base.yaml': 'mark: [{ label: secret, capability: filesystem.read }]\n',
    'child.yaml': 'extends: base.yaml\ndeny: [{ capability: web, after: secret }]\n',
    'policy.yaml': 'allow: [web]\n',
    'policy.test.yaml': 'policy: policy.yaml\ncases: [{ name: a, tool: b, expect: { decision: deny } }]\n',
  };
  await withEditor(files, async (editor) => {
    editor.open('child.yaml');
    editor.open('base.yaml', 'labels: []\n');
    await editor.diagnostics('child.yaml', (all) => all.some(({ code }: Json) => code === 'CF131'));
    editor.tell('textDocument/didClose', { textDocument: { uri: editor.uri('base.yaml') } });
    await editor.diagnostics('child.yaml', (all) => !all.some(({ code }: Json) => code === 'CF131'));
    const uri = 'untitled:Untitled-1';
    editor.tell('textDocument/didOpen', {
      textDocument: { uri, languageId: 'capfence', version: 1, text: 'deny web\n' },
    });
    const lenses = await editor.ask('textDocument/codeLens', { textDocument: { uri } });
    assert.deepEqual(
      lenses.map(({ command }: Json) => command.title),
      ['decides 0 of 58 known tools'],
    );
  });
});

test('a line of nothing but brackets holds nobody up', async () => {
  await withEditor({}, async (editor) => {
    const text = `deny: ${'a:[ '.repeat(60_000)}`;
    editor.open('a.yaml', text);
    const at = { textDocument: { uri: editor.uri('a.yaml') }, position: { line: 0, character: text.length } };
    assert.deepEqual(await editor.ask('textDocument/completion', at), []);
  });
});

test('a rule that names tools decides calls of these alone', async () => {
  const text =
    'deny:\n  - { capability: "*", tool_name: [delete_file, move_file] }\nallow:\n  - { capability: filesystem.read, not: { tool_name: read_file } }\n  - { capability: filesystem.read, tool_name: read_file }\n';
  await withEditor({ 'a.yaml': text }, async (editor) => {
    editor.open('a.yaml');
    const lenses = await editor.ask('textDocument/codeLens', { textDocument: { uri: editor.uri('a.yaml') } });
    assert.deepEqual(
      lenses.map(({ command }: Json) => command.title),
      ['decides 2 of 58 known tools', 'decides 14 of 58 known tools', 'decides 1 of 58 known tools'],
    );
  });
});

test('capfence.json names the folder that relative paths are read in; what is wrong with it is said', async () => {
  const files = {
    'capfence.json': '{ "root": "." }',
    'a.yaml':
      'deny: [{ capability: filesystem.write, path_prefix: /etc }]\nallow: [{ capability: filesystem.write, path_prefix: ./data }]\n',
  };
  await withEditor(files, async (editor) => {
    editor.open('a.yaml');
    const run = (path: string) =>
      editor.ask('workspace/executeCommand', {
        command: 'capfence.server.tryCall',
        arguments: [{ uri: editor.uri('a.yaml'), tool: 'write_file', args: { path } }],
      });
    assert.equal((await run('data/a')).decision, 'allow');
    assert.equal((await run('../data/a')).decision, 'deny');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const lenses = await editor.ask('textDocument/codeLens', { textDocument: { uri: editor.uri('a.yaml') } });
    assert.ok(
      lenses.every(({ command }: Json) => command.title !== 'decides no call'),
      JSON.stringify(lenses),
    );
    let version = 2;
    for (const [text, problem] of [
      ['{ "tools": "none.json" }', /none\.json, which .*capfence\.json names, can't be read: ENOENT/],
      ['{ "tool": "a" }', /capfence\.json is \{ "tools"/],
      ['{', /capfence\.json can't be read/],
    ] as const) {
      writeFileSync(join(editor.folder, 'capfence.json'), text);
      editor.open('a.yaml', files['a.yaml'], version++);
      const [first] = await editor.diagnostics('a.yaml', (all) => problem.test(all[0]?.message));
      assert.equal(first.severity, 2);
    }
  });
});

test('a name that a relative has is taken, in what is extended and in what extends', async () => {
  const files = {
    'base.yaml': 'mark: [{ label: seen, capability: filesystem.read }]\ndeny: [{ id: foo, capability: mail }]\n',
    'child.yaml':
      'extends: base.yaml\nmark: [{ label: other, capability: filesystem.write }]\nprove: [{ id: bar, never: { allow: mail } }]\ndeny: [{ capability: web, after: other }]\nallow: [filesystem, web]\n',
  };
  await withEditor(files, async (editor) => {
    for (const name of ['base.yaml', 'child.yaml']) editor.open(name);
    const rename = (name: keyof typeof files, needle: string, on: number, newName: string) =>
      editor.ask('textDocument/rename', { ...editor.at(name, files[name], needle, on), newName });
    await assert.rejects(rename('base.yaml', 'id: foo', 5, 'bar'), /child\.yaml has an id bar already/);
    await assert.rejects(rename('base.yaml', 'label: seen', 8, 'other'), /child\.yaml has a label other already/);
    await assert.rejects(rename('child.yaml', 'label: other', 8, 'seen'), /base\.yaml has a label seen already/);
    assert.ok((await rename('base.yaml', 'label: seen', 8, 'read')).changes);
  });
});

test('a rule is not narrowed where a call would be let through by it', async () => {
  const text =
    "require_approval:\n  - filesystem.read\nwarn:\n  - filesystem\n  - { capability: '*', environment: prod }\n";
  await withEditor({ 'a.yaml': text }, async (editor) => {
    const titles = (await actionsOf(editor, 'a.yaml')).map(({ title }: Json) => title);
    assert.ok(titles.length > 0 && !titles.some((title: string) => title.startsWith('Narrow')), titles.join());
  });
});
