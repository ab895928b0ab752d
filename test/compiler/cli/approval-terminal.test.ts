import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApprovalScreen, paint } from '../../../compiler/approvals/approval-screen.js';
import { styleFor } from '../../../compiler/report/style.js';
import { ApprovalFolder } from '../../../runtime/approvals/folder.js';
import { draft } from '../../support/approvals.js';
import { CLI } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

/*
 * What a terminal shows of `approvals --watch`, at widths that some line fills to the last column. Each word of the text
 * differs, so a character that is lost makes the text another.
 */
const WIDTHS = [33, 40, 60, 80, 97, 120];
const TEXT = Array.from({ length: 60 }, (_, index) => `${index}:${((index * 7919) % 4096).toString(36)}`).join('.');

/** The rows of a screen as what stands between the list and the foot, without the line breaks that the width made. */
function shown(rows: readonly string[]): string {
  return rows.map((row) => row.trimEnd()).join('');
}

/** A terminal without wrapping: the cursor stays on the last column, and an erase takes what stands there. */
function terminal(output: string, columns: number, rows: number): string[] {
  const cells = Array.from({ length: rows }, () => Array<string>(columns).fill(' '));
  let [row, column] = [0, 0];
  for (const [token, parameters, final] of output.matchAll(/\x1b\[([0-9;?]*)([A-Za-z])|[^\x1b]/gu)) {
    if (final === undefined) {
      (cells[row] as string[])[column] = token;
      column = Math.min(column + 1, columns - 1);
    } else if (final === 'H') {
      const [to = '1', across = '1'] = parameters?.split(';') ?? [];
      [row, column] = [Math.min(Number(to), rows) - 1, Number(across) - 1];
    } else if (final === 'K') {
      (cells[row] as string[]).fill(' ', parameters === '2' ? 0 : column);
    } else assert.equal(final, 'm', `the screen uses ${JSON.stringify(token)}`);
  }
  return cells.map((cell) => cell.join(''));
}

for (const columns of WIDTHS) {
  test(`every character of the arguments is on a screen of ${columns} columns`, async () => {
    const rows = 60;
    const folder = temporaryFolder();
    const { approval } = await new ApprovalFolder(folder).ask(draft('w', { arguments: JSON.stringify({ TEXT }) }), 60);
    const screen = new ApprovalScreen(styleFor({}));
    screen.update([approval]);
    screen.press({ name: 'down' });
    assert.ok(shown(terminal(paint(screen.draw(Date.now(), columns, rows)), columns, rows)).includes(TEXT));
  });
}

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

test('in a real terminal, too, at every width', { skip: hasTmux ? false : 'tmux is not installed here' }, async () => {
  const folder = temporaryFolder();
  const tmux = (...args: string[]): string => {
    const { stdout, stderr, status } = spawnSync('tmux', ['-S', join(folder, 'tmux'), '-f', '/dev/null', ...args], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  try {
    const store = join(folder, 'approvals');
    await new ApprovalFolder(store).ask(draft('w', { arguments: JSON.stringify({ TEXT }) }), 600);
    const watch = [process.execPath, CLI, 'approvals', '--watch', '--approvals', store];
    tmux('new-session', '-d', '-x', String(WIDTHS[0]), '-y', '60', ...watch);
    for (const columns of WIDTHS) {
      tmux('resize-window', '-x', String(columns), '-y', '60');
      let screen = '';
      for (let look = 0; look < 50 && !screen.includes(TEXT); look++) {
        // Only an arrow selects, and of one request it selects the same again.
        tmux('send-keys', 'Down');
        await sleep(100);
        screen = shown(tmux('capture-pane', '-p').split('\n'));
      }
      assert.ok(screen.includes(TEXT), `at ${columns} columns: ${screen}`);
    }
  } finally {
    spawnSync('tmux', ['-S', join(folder, 'tmux'), 'kill-server']);
  }
});
