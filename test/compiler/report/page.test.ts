import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { runCapfence } from '../../support/capfence.js';
import { CHROMIUM, missingChromium } from '../../support/chromium.js';
import { temporaryFolder } from '../../support/folder.js';

const folder = temporaryFolder();
const POLICY = `
deny:
  - { capability: filesystem.write, path_prefix: /data/prod, tenant: evil }
  - { capability: filesystem.delete, path_prefix: /data }
  - { capability: filesystem.delete, path_prefix: /data/x }
require_approval: [{ capability: filesystem.write, path_prefix: /data/prod }]
allow: [filesystem.read, { capability: filesystem.write, path_prefix: /data }]
`;
const HOSTILE = '<script>alert(1)</script>"\'&';

function page(name: string, policy: string, tools?: object): string {
  writeFileSync(join(folder, `${name}.yaml`), policy);
  if (tools) writeFileSync(join(folder, `${name}.json`), JSON.stringify(tools));
  const flags = tools ? ['--tools', `${name}.json`] : [];
  const made = runCapfence(['report', `${name}.yaml`, ...flags, '-o', `${name}.html`], { cwd: folder });
  assert.equal(made.status, 0, made.stderr);
  return readFileSync(join(folder, `${name}.html`), 'utf8');
}

test('one page that loads nothing, and runs nothing but its own script', () => {
  const text = page('plain', POLICY);
  assert.ok(!/\b(?:src|href)="(?!#)/.test(text) && !/@import|url\(/.test(text));
  const [, script = ''] = /<script type="module">([\s\S]*?)<\/script>/.exec(text) ?? [];
  const hash = createHash('sha256').update(script).digest('base64');
  assert.ok(text.includes(`script-src &#39;sha256-${hash}&#39;`));
  assert.match(text, /<code>write_file<\/code>/);
  assert.match(text, /path under \/data\/prod and tenant is evil/);
  assert.match(text, /CF20\d redundant/);
});

test('what servers and policies call themselves stays text', () => {
  const tools = { server: { name: HOSTILE, version: '1' }, tools: [{ name: HOSTILE, description: HOSTILE }] };
  const text = page(
    'hostile',
    `policy_name: ${JSON.stringify(HOSTILE)}\ntools: { ${JSON.stringify(HOSTILE)}: filesystem.write }\n${POLICY}`,
    tools,
  );
  assert.ok(!text.includes('<script>alert'));
  assert.equal(text.match(/<script/g)?.length, 1);
});

const skip = missingChromium();
test('in a browser: the compiled policy decides what is typed; by keyboard, in the dark, on a phone', {
  ...(skip && { skip }),
  timeout: 120_000,
}, async () => {
  page('live', POLICY, {
    server: { name: 's', version: '1' },
    tools: [
      { name: 'write_file', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } },
      { name: 'read_file' },
    ],
  });
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  try {
    for (const options of [
      { viewport: { width: 1200, height: 900 } },
      { viewport: { width: 390, height: 844 }, colorScheme: 'dark' as const },
      { viewport: { width: 500, height: 800 } },
    ]) {
      const view = await browser.newPage(options);
      const problems: string[] = [];
      view.on('pageerror', ({ message }) => problems.push(message));
      view.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      view.on('request', (request) => request.url().startsWith('file:') || problems.push(request.url()));
      await view.goto(pathToFileURL(join(folder, 'live.html')).href);
      const verdict = async (tool: string, args: string, context = ''): Promise<string> => {
        await view.fill('#tool', tool);
        await view.fill('#context', context);
        await view.fill('#args', args);
        return (await view.textContent('#verdict')) ?? '';
      };
      assert.match(
        await verdict('write_file', '{"path":"/data/x"}'),
        /^allowed\n.*policy_allow.*\nby allow\[1\], live\.yaml:7/,
      );
      assert.match(await verdict('write_file', '{"path":"/data/x/../prod/y"}', 'tenant=good'), /^a person is asked\n/);
      assert.match(await verdict('write_file', '{"path":"/data/prod/y"}', 'tenant=evil'), /^denied\n/);
      assert.match(await verdict('write_file', '{"path":"data/x"}'), /^denied\n[\s\S]*unknown: path/);
      assert.match(await verdict('write_file', '{"path":"/data/x","decoy":"/etc"}'), /unknown: path/);
      assert.match(await verdict('write_file', '{'), /JSON/);
      // By keyboard alone: from the top to the box, and a finding's call into it.
      await view.keyboard.press('Escape');
      await view.focus('nav a');
      await view.keyboard.press('Enter');
      assert.match(view.url(), /#live$/);
      const width = await view.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
      assert.ok(width, 'nothing sticks out sideways');
      const isFirst = await view.evaluate(
        "document.querySelector('#live').offsetTop < document.querySelector('#tools').offsetTop",
      );
      assert.ok(isFirst && /\d+ tools: \d+ can pass unasked/.test((await view.textContent('.totals')) ?? ''));
      const contrast = await view.evaluate('getComputedStyle(document.body).backgroundColor');
      assert.equal(contrast, 'colorScheme' in options ? 'rgb(18, 22, 30)' : 'rgb(255, 255, 255)');
      assert.deepEqual(problems, []);
      await view.close();
    }
  } finally {
    await browser.close();
  }
});
