import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { detectorsOf } from '../../../compiler/conditions/secret.js';
import { secretExample } from '../../../compiler/conditions/secret-example.js';
import { secretsIn } from '../../../compiler/conditions/secrets-in-text.js';
import { Source } from '../../../compiler/diagnostics/source.js';
import { readFixture } from '../../../compiler/fixtures/fixture.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { policyJson } from '../../../compiler/report/page/live-script.js';
import { ROOT, runCapfence } from '../../support/capfence.js';
import { CHROMIUM, missingChromium } from '../../support/chromium.js';
import { temporaryFolder } from '../../support/folder.js';
import { yamlBelow } from '../../support/yaml-below.js';

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
const DETECTORS = detectorsOf({ names: 'any', own: {} });
test('in a browser: what is typed is judged, and why; by keyboard, in the dark, on a phone', {
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
      assert.match(await verdict('write_file', '{'), /^the arguments: .*JSON/);
      assert.match(await verdict('write_file', '{"path":"/data/prod/y"}', 'a=b, tenant="evil"'), /^denied\n/);
      assert.match(await verdict('write_file', '{"path":"/data/prod/y"}', 'tenant="a b"'), /^a person is asked\n/);
      assert.match(await verdict('write_file', '{}', 'tenant'), /^the context is key=value/);
      assert.equal(await view.textContent('#why'), '');
      // The truth of each condition, and what it was found on.
      await verdict('write_file', '{"path":"/data/prod/y"}', 'tenant=good');
      assert.deepEqual(await view.locator('#why li b').allTextContents(), [
        '○ deny[0]',
        '● require_approval[0]',
        '● allow[1]',
      ]);
      assert.deepEqual(await view.locator('#why li:first-child td').allTextContents(), [
        'true',
        'path under "/data/prod"found /data/prod/y',
        'false',
        'tenant is "evil"found tenant good',
      ]);
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

interface Tried {
  readonly tool?: string;
  readonly args: object;
  readonly context: Readonly<Record<string, string>>;
  readonly roots: readonly string[];
  readonly now?: number;
  readonly history?: object;
  readonly before?: unknown;
}

const WORDS: Readonly<Record<string, string>> = {
  deny: 'denied',
  require_approval: 'a person is asked',
  warn: 'allowed, with a warning',
  allow: 'allowed',
};

/** Puts a call where calls are tried, as a person would. */
async function typed(view: Page, { tool = '', args, context, roots, now, history }: Tried): Promise<string> {
  const fields = {
    tool,
    args: JSON.stringify(args),
    context: Object.entries(context)
      .map((pair) => pair.join('='))
      .join(' '),
    root: roots[0] ?? '',
    now: now === undefined ? '' : new Date(now).toISOString(),
    history: JSON.stringify(history ?? {}),
  };
  for (const [name, value] of Object.entries(fields)) {
    if (await view.locator(`#${name}`).count()) await view.fill(`#${name}`, value);
  }
  return (await view.textContent('#verdict')) ?? '';
}

async function inBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic'];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

test('the page judges the cases of packs as they expect', { ...(skip && { skip }), timeout: 120_000 }, () =>
  inBrowser(async (browser) => {
    const view = await browser.newPage();
    let count = 0;
    for (const name of ['sql-read', 'shell-git-read', 'no-private-network', 'office-hours', 'mail-recipients']) {
      const path = join(ROOT, `policies/cookbook/${name}.yaml`);
      const made = runCapfence(['report', path, '-o', 'pack.html'], { cwd: folder });
      assert.equal(made.status, 0, made.stderr);
      await view.goto(pathToFileURL(join(folder, 'pack.html')).href);
      for (const one of ['.test.yaml', '.edges.test.yaml'].flatMap((end) => readFixture(path.replace('.yaml', end)))) {
        if (one.tool === undefined || one.before) continue;
        const verdict = await typed(view, one);
        assert.equal(verdict.split('\n')[0], WORDS[one.expect.decision], `${name}: ${one.name}`);
        count++;
      }
    }
    assert.ok(count > 30, `${count} cases`);
  }),
);

test(
  'secrets are found in a browser as they are elsewhere, encoded too',
  { ...(skip && { skip }), timeout: 60_000 },
  () =>
    inBrowser(async (browser) => {
      page('secret', 'deny: [{ capability: web.post, secret: any }]\nallow: [web.post]\ntools: { post: web.post }\n');
      const view = await browser.newPage();
      await view.goto(pathToFileURL(join(folder, 'secret.html')).href);
      for (const pattern of DETECTORS) {
        const example = secretExample(pattern);
        assert.ok(example !== undefined, pattern.name);
        // Encoded, those that are checked: the rest is found by the same search.
        const encoded =
          'check' in pattern ? [Buffer.from(example).toString('base64'), Buffer.from(example).toString('hex')] : [];
        for (const body of [example, ...encoded]) {
          const verdict = await typed(view, { tool: 'post', args: { body }, context: {}, roots: [] });
          const here = secretsIn(body, DETECTORS).length > 0 ? 'denied' : 'allowed';
          assert.equal(verdict.split('\n')[0], here, `${pattern.name}: ${body}`);
        }
      }
    }),
);

const PAST = `
mark: [{ label: secret, capability: filesystem.read, path_prefix: /keys }]
limits: [{ id: mails, capability: mail.send, max: 2, per: 1h }]
deny: [{ capability: mail.send, after: secret }]
allow: [filesystem.read, mail.send]
prove: [{ never: { allow: filesystem.read, after: secret } }]
tools: { mail: mail.send, read: filesystem.read }
`;

test(
  'calls one after the other: each judged by those before it, and put down as a test that passes',
  {
    ...(skip && { skip }),
    timeout: 60_000,
  },
  () =>
    inBrowser(async (browser) => {
      page('past', PAST);
      const view = await browser.newPage();
      await view.goto(pathToFileURL(join(folder, 'past.html')).href);
      const mail = { tool: 'mail', args: { to: 'a@b.example' }, context: {}, roots: [] };
      assert.match(await typed(view, mail), /^allowed\n[\s\S]*after it: mails 1 of 2$/);
      assert.match(await typed(view, { ...mail, history: { secret: { may: -5 } } }), /^denied\n/);
      await typed(view, mail);
      await view.fill('#history', '');
      assert.match((await view.textContent('#verdict')) ?? '', /^denied\n/, 'nobody knows what came before');
      await typed(view, mail);
      await view.click('#then');
      await view.click('#then');
      assert.match((await view.textContent('#verdict')) ?? '', /^denied\n[\s\S]*tightened by the limit mails/);
      await view.fill('#at', '7200');
      assert.match((await view.textContent('#verdict')) ?? '', /^allowed\n/);
      await view.fill('#at', '');
      await view.click('#before li:last-child button');
      assert.match((await view.textContent('#verdict')) ?? '', /^allowed\n/, 'one was taken back');
      await typed(view, { ...mail, tool: 'read', args: { path: '/keys/a' } });
      await view.click('#then');
      assert.match(await typed(view, mail), /^denied\n[\s\S]*after it: secret, mails 1 of 2$/);
      await view.selectOption('#before li:last-child select', 'error');
      assert.match((await view.textContent('#verdict')) ?? '', /^denied\n[\s\S]*after it: secret perhaps/);
      assert.match((await view.textContent('#before li:last-child p')) ?? '', /after it: secret perhaps, mails 1 of 2/);
      // What it came to is a case that holds.
      const written = (await view.textContent('#case')) ?? '';
      writeFileSync(join(folder, 'past.test.yaml'), `policy: past.yaml\ncases:\n  ${written}\n`);
      const tested = runCapfence(['test', 'past.test.yaml'], { cwd: folder });
      assert.equal(tested.status, 0, `${written}\n${tested.stdout}`);
      // Times count, though a call that was denied is left out.
      await view.fill('#at', '3000');
      await view.fill('#tool', 'nothing');
      await view.click('#then');
      await view.fill('#at', '');
      await typed(view, mail);
      const later = (await view.textContent('#case')) ?? '';
      assert.match(later, /"at":3000/);
      writeFileSync(join(folder, 'past.test.yaml'), `policy: past.yaml\ncases:\n  ${later}\n`);
      assert.equal(runCapfence(['test', 'past.test.yaml'], { cwd: folder }).status, 0, later);
      // What can't be said is not taken.
      for (const [past, problem] of [
        ['{"nope":{"must":-5}}', /no label or limit "nope"/],
        ['{"secret":5}', /secret must be a mapping/],
        ['{"secret":{"must":5}}', /number of seconds before now/],
        ['{"secret"', /^the past: /],
      ] as const) {
        await view.fill('#history', past);
        assert.match((await view.textContent('#verdict')) ?? '', problem);
      }
      await view.fill('#history', '{}');
      await view.fill('#before li:last-child input', 'abc');
      await view.locator('#before li:last-child input').blur();
      assert.match((await view.textContent('#verdict')) ?? '', /seconds are a number from 0 up, not abc/);
      await view.fill('#before li:last-child input', '');
      await view.locator('#before li:last-child input').blur();
      // A promise that is broken brings the calls that break it.
      await view.click('.sentences button[data-call]');
      assert.match((await view.textContent('#verdict')) ?? '', /^allowed\n/);
    }),
);

test('the policy in the page is the one that was loaded', () => {
  for (const path of yamlBelow(join(ROOT, 'policies')).filter((one) => !one.endsWith('.test.yaml'))) {
    const { policy } = loadPolicyText(readFileSync(path, 'utf8'), path);
    assert.deepEqual(JSON.parse(policyJson(policy)), plain(policy), path);
  }
});

/** The same, told of everything that JSON would not keep. */
function plain(value: unknown): unknown {
  if (value instanceof Source) return { file: value.file };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) {
    assert.ok(['string', 'boolean'].includes(typeof value) || value === null || Number.isFinite(value), String(value));
    return value;
  }
  assert.ok([Object.prototype, null].includes(Object.getPrototypeOf(value)), Object.prototype.toString.call(value));
  const kept = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(kept.map(([key, one]) => [key, plain(one)]));
}
