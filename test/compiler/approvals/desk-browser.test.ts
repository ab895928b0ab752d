import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { memberDigest } from '../../../runtime/approvals/grant.js';
import { draft } from '../../support/approvals.js';
import { CHROMIUM, missingChromium } from '../../support/chromium.js';
import { type RunningDesk, withDesk } from '../../support/desk.js';

const skip = missingChromium();
const options = { ...(skip && { skip }), timeout: 120_000 };

/** Pictures to look at, where somebody wants them. */
const PICTURES = process.env['CAPFENCE_PICTURES'];
async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/** Opens the page by its link. @returns it, and everything that a browser complains of. */
async function opened(browser: Browser, desk: RunningDesk, look: Parameters<Browser['newPage']>[0] = {}) {
  const page = await browser.newPage({ reducedMotion: 'reduce', ...look });
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('request', (request) => request.url().startsWith(desk.url) || problems.push(request.url()));
  page.on('dialog', (dialog) => problems.push(dialog.message()));
  await page.goto(desk.link());
  await page.waitForURL(desk.url);
  await page.waitForSelector('#grants li');
  return { page, problems };
}

const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>';

test(
  'in a browser: what comes is shown live, opened, read to its end, approved and looked back at',
  options,
  async () => {
    await withDesk(['--by', 'ann'], async (desk) => {
      await withBrowser(async (browser) => {
        const { page, problems } = await opened(browser, desk);
        assert.equal(await page.title(), 'Approvals');
        const lines = Array.from({ length: 80 }, (_, i) => `line ${i} ${HOSTILE}`).join('\n');
        const args = JSON.stringify({ content: `${lines}\u202eevil`, path: '/data/prod/a' });
        const { approval } = await desk.store.ask(draft('a', { tool: HOSTILE, agent: HOSTILE, arguments: args }), 600);
        await page.waitForSelector(`[data-id="${approval.id}"]`);
        await page.waitForSelector('#count:has-text("(1)")');
        assert.equal(await page.title(), '(1) Approvals');
        assert.match((await page.textContent('#status')) ?? '', /^1 new: /);
        await page.click(`[data-id="${approval.id}"] summary`);
        await page.waitForSelector('.decide');
        const text = (await page.textContent('pre.code')) ?? '';
        for (let i = 0; i < 80; i++) assert.ok(text.includes(`line ${i} ${HOSTILE}`), `line ${i}`);
        assert.match(text, /<U\+202E>evil/);
        assert.match(text, /1 unseen character/);
        await picture(page, 'request');
        await page.waitForTimeout(600); // It has just moved.
        await page.click('form[data-do=approve] button');
        await page.waitForSelector('.outcome');
        assert.match((await page.textContent('.outcome')) ?? '', /^Approved by ann/);
        assert.equal((await desk.store.find(approval.id))?.state, 'approved');
        await page.waitForSelector(`#decided [data-id="${approval.id}"]`);
        assert.equal(await page.title(), 'Approvals');
        await picture(page, 'decided');
        assert.deepEqual(problems, []);
      });
    });
  },
);

test(
  'in a browser, by keyboard alone: open, grant by what is shown, take back, reject with a reason',
  options,
  async () => {
    await withDesk(['--by', 'ann'], async (desk) => {
      await withBrowser(async (browser) => {
        const members = { n: memberDigest('n', '9007199254740993'), path: memberDigest('path', '"/data/prod/a"') };
        const grantable = { base: 'b', members, paths: ['path'], fixed: [] };
        const { approval } = await desk.store.ask(draft('a', { grantable }), 600);
        const { page, problems } = await opened(browser, desk, { viewport: { width: 1000, height: 800 } });
        // The only request that waits is open already.
        await page.waitForSelector('.decide');
        const tabTo = async (selector: string): Promise<void> => {
          for (let i = 0; i < 40; i++) {
            if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
            await page.keyboard.press('Tab');
          }
          assert.fail(`the keyboard doesn't come to ${selector}`);
        };
        await tabTo('.grant > summary');
        await page.keyboard.press('Enter');
        await tabTo('input[name=vary][value=path]');
        await page.keyboard.press('Space');
        await tabTo('form[data-do=preview] button');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.preview form');
        assert.match(
          (await page.textContent('.preview')) ?? '',
          /any path under \/data\/prod, n as approved, for 10 minutes/,
        );
        await picture(page, 'grant');
        // Other terms are not what was shown.
        await tabTo('form[data-do=grant] button');
        await page.keyboard.press('Enter');
        await page.waitForSelector('form[data-do=revoke]');
        assert.equal((await desk.store.grants.list())[0]?.by, 'ann');
        await tabTo('form[data-do=revoke] button');
        await page.keyboard.press('Enter');
        await page.waitForSelector('form[data-do=revoke]', { state: 'detached' });
        assert.equal((await desk.store.find(approval.id))?.state, 'withdrawn');
        const { approval: second } = await desk.store.ask(draft('b'), 600);
        await page.waitForSelector(`#waiting [data-id="${second.id}"]`);
        await page.focus('h1 ~ p');
        await tabTo(`#waiting [data-id="${second.id}"] > summary`);
        await page.keyboard.press('Enter');
        await page.waitForSelector(`#why-${second.id}`);
        await tabTo(`#why-${second.id}`);
        await page.keyboard.type('not today');
        await page.keyboard.press('Enter');
        await page.waitForSelector(`#waiting [data-id="${second.id}"] .outcome`);
        assert.equal((await desk.store.find(second.id))?.steps[0]?.why, 'not today');
        assert.deepEqual(problems, []);
      });
    });
  },
);

test('in a browser: what changes elsewhere never moves a button under a finger', options, async () => {
  await withDesk([], async (desk) => {
    await withBrowser(async (browser) => {
      const { approval: first } = await desk.store.ask(draft('a'), 600);
      const { approval: second } = await desk.store.ask(draft('b'), 600);
      const { page, problems } = await opened(browser, desk);
      for (const { id } of [first, second]) {
        await page.click(`[data-id="${id}"] summary`);
        await page.waitForSelector(`[data-id="${id}"] .decide`);
      }
      const at = () => page.locator(`[data-id="${second.id}"] form[data-do=approve] button`).boundingBox();
      await page.focus(`#why-${second.id}`);
      await page.keyboard.type('half a rea');
      const before = await at();
      await desk.store.move(first.id, 'rejected', 'bob', 'no');
      await page.waitForSelector(`[data-id="${first.id}"] .outcome`);
      assert.match((await page.textContent(`[data-id="${first.id}"] .outcome`)) ?? '', /^Rejected by bob: no/);
      await desk.store.ask(draft('c'), 600);
      await page.waitForSelector('#waiting > details:nth-child(3)');
      assert.deepEqual(await at(), before);
      assert.equal(await page.inputValue(`#why-${second.id}`), 'half a rea');
      assert.ok(await page.evaluate(`document.activeElement?.id === 'why-${second.id}'`));
      // Somebody else was faster than this press.
      await desk.store.move(second.id, 'approved', 'bob');
      await page.waitForSelector(`[data-id="${second.id}"] .outcome`);
      assert.equal(await page.locator(`[data-id="${second.id}"] button`).count(), 0);
      assert.deepEqual(problems, []);
    });
  });
});

test('in a browser: in the dark, on a phone, at 200 %, and as a screen reader has it', options, async () => {
  await withDesk([], async (desk) => {
    await withBrowser(async (browser) => {
      await desk.store.ask(draft('a', { arguments: JSON.stringify({ command: `x${'y'.repeat(400)}` }) }), 600);
      const looks = {
        light: { viewport: { width: 1100, height: 900 } },
        dark: { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' },
        phone: { viewport: { width: 360, height: 740 }, colorScheme: 'dark', hasTouch: true },
        'two-hundred': { viewport: { width: 640, height: 480 }, deviceScaleFactor: 2 },
        contrast: { viewport: { width: 1100, height: 900 }, forcedColors: 'active' },
      } as const;
      for (const [name, look] of Object.entries(looks)) {
        const link = desk.link();
        const { page, problems } = await opened(browser, desk, look);
        for (let i = 0; i < 100 && desk.link() === link; i++) await page.waitForTimeout(20);
        await page.waitForSelector('.decide');
        await picture(page, name);
        assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${name} fits`);
        if (name === 'phone') {
          const small = await page.evaluate(`[...document.querySelectorAll('button, summary, input')]
            .filter((one) => one.getClientRects().length > 0)
            .map((one) => [one.textContent, one.getBoundingClientRect().height])
            .filter(([, height]) => height < 24)`);
          assert.deepEqual(small, [], 'fingers hit what can be pressed');
        }
        if (name === 'light') {
          const spoken = await page.locator('body').ariaSnapshot();
          for (const part of [
            /heading "Approvals" \[level=1\]/,
            /region "Waiting \(1\)"/,
            /button "Approve once: write_file"/,
            /textbox "Why not\? The caller is told\."/,
            /button "Reject: write_file"/,
            /region "Decided and over"/,
            /term: agent/,
          ])
            assert.match(spoken, part);
        }
        assert.deepEqual(problems, []);
        await page.close();
      }
    });
  });
});

test(
  'in a browser: a tab with the cookie alone looks, and can decide nothing; so does one whose program has ended',
  options,
  async () => {
    await withDesk([], async (desk) => {
      await withBrowser(async (browser) => {
        const { approval } = await desk.store.ask(draft('a'), 600);
        const { page } = await opened(browser, desk);
        await page.evaluate('localStorage.clear()');
        await page.reload();
        await page.waitForSelector('.decide');
        assert.match((await page.textContent('#problem')) ?? '', /may look, and not decide/);
        await page.waitForTimeout(600);
        await page.click('form[data-do=approve] button');
        await page.waitForSelector('#problem:has-text("open the link")');
        assert.equal((await desk.store.find(approval.id))?.state, 'pending');
        process.kill(desk.pid, 'SIGTERM');
        await page.waitForSelector('#problem:has-text("has ended")');
      });
    });
  },
);
