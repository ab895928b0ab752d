// The place to try calls, alive: on the report's page, and in an editor. Who judges is its host's to say.
import { foundText, standingText } from '../explained-words.js';
import { contextText } from './context-text.js';

const $ = (id) => document.getElementById(id);
const WORDS = {
  deny: 'denied',
  require_approval: 'a person is asked',
  warn: 'allowed, with a warning',
  allow: 'allowed',
};
const RESULTS = { ok: 'succeeds', error: 'fails', open: 'stays open' };

/** The calls before the one in the box, the first one first. */
let before = [];
/** Answers may come in another order than their questions. */
let asked = 0;

/**
 * Brings the place to life.
 *
 * @param judge Takes a call as `capfence.server.tryCall` does, and answers as that does, or throws an error that a person can read.
 * @param open Shows the place of a rule; absent: it is only named.
 * @returns Judges anew, and puts a call into the box.
 */
export function playground(judge, open) {
  const show = async () => {
    const own = ++asked;
    try {
      const request = written();
      const tried = await judge(request);
      if (own === asked) shown(request, tried, open);
    } catch (error) {
      if (own !== asked) return;
      $('verdict').className = '';
      $('verdict').textContent = error.message;
      $('why').replaceChildren();
      $('case').textContent = '';
    }
  };
  for (const id of ['tool', 'args', 'context', 'root', 'now', 'history', 'at']) $(id)?.addEventListener('input', show);
  $('then')?.addEventListener('click', () => {
    try {
      const { tool, args, at } = written();
      before.push({ tool, args, result: 'ok', ...(at !== undefined && { at }) });
    } catch {
      return; // It is said already.
    }
    drawBefore(show);
    show();
    $('tool').focus();
  });
  show();
  return {
    show,
    put({ tool, args, context = {}, now = '', history, trace = [], at = '' }) {
      $('tool').value = tool;
      $('args').value = JSON.stringify(args);
      $('context').value = contextText(context);
      if ($('now')) $('now').value = now;
      if ($('history')) {
        $('history').value = JSON.stringify(history ?? {});
        $('at').value = trace.length > 0 ? String(at) : '';
        before = trace.map((call) => ({ ...call }));
        drawBefore(show);
      }
      show();
      $('tool').focus();
    },
  };
}

/** The call as it stands in the box. */
function written() {
  const root = $('root').value.trim();
  const past = $('history')?.value.trim() ?? '';
  const at = $('at')?.value.trim() ?? '';
  const now = $('now')?.value.trim() ?? '';
  const context = contextOf($('context').value);
  if (past === '' && before.length > 0)
    throw new Error('after calls before it, say what came before those: {} is nothing');
  return {
    tool: $('tool').value,
    args: objectOf($('args').value || '{}', 'the arguments'),
    ...(Object.keys(context).length > 0 && { context }),
    ...(now !== '' && { now }),
    ...(root !== '' && { roots: [root] }),
    ...(past !== '' && { history: objectOf(past, 'the past'), before: before.map(withTime) }),
    ...(at !== '' && { at: secondsOf(at) }),
  };
}

function withTime({ at, ...call }) {
  return { ...call, ...(at !== undefined && { at: secondsOf(at) }) };
}

/** `key=value`, a value with spaces or commas in double quotes. */
function contextOf(text) {
  const pair = /\s*,?\s*([^\s,="]+)=("(?:[^"\\]|\\.)*"|[^\s,"]*)/y;
  const found = [];
  while (text.slice(pair.lastIndex).trim() !== '') {
    const from = pair.lastIndex;
    const match = pair.exec(text);
    if (!match) throw new Error(`the context is key=value, key="a value": not ${text.slice(from).trim()}`);
    const [, key, value] = match;
    found.push([key, value.startsWith('"') ? JSON.parse(value) : value]);
  }
  return Object.fromEntries(found);
}

function objectOf(text, what) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${what}: ${error.message}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error(`${what}: a JSON object`);
  return value;
}

function secondsOf(text) {
  const value = Number(text);
  if (String(text).trim() === '' || !Number.isFinite(value) || value < 0)
    throw new Error(`seconds are a number from 0 up, not ${text}`);
  return value;
}

function shown(request, tried, open) {
  const { decision, reason, capability, rule, limit, unknown, results = [], considered } = tried;
  const out = $('verdict');
  out.className = decision;
  const by = rule ? `by ${rule.id}, ${rule.file}:${rule.line}` : 'by default: no rule matches';
  out.replaceChildren(
    `${WORDS[decision]}\nreason ${reason}, as ${capability}\n`,
    rule && open ? link(by, () => open(rule)) : by,
  );
  const more = [
    ...(limit === undefined ? [] : [`tightened by the limit ${limit}`]),
    ...(unknown.length > 0 ? [`unknown: ${unknown.join(', ')}`] : []),
    ...results.map(({ rule: id, does }) => `its result: ${id} ${does}`),
    ...(tried.after ? [`after it: ${standingText(tried.after)}`] : []),
  ];
  out.append(...more.map((line) => `\n${line}`));
  $('why').replaceChildren(...why(considered));
  for (const [i, one] of (tried.before ?? []).entries()) verdictBefore(i, one);
  $('case').textContent = `- ${JSON.stringify(caseOf(request, tried))}`;
}

/** The rules for the capability, each with the truth of its conditions. */
function why(considered) {
  if (considered.length === 0) return [];
  const items = considered.map(({ rule, decision, matches, conditions }) => {
    const item = element('li', { className: matches ? `matches ${decision}` : '' });
    item.append(
      element('b', { textContent: `${matches ? '●' : '○'} ${rule}` }),
      ` ${WORDS[decision]}${matches ? ', matches' : ''}${conditions.length === 0 ? ', always' : ''}`,
    );
    if (conditions.length > 0) {
      const table = element('table');
      for (const { value, text, observed } of conditions) {
        const row = element('tr');
        const what = element('td', { textContent: text });
        what.append(element('span', { className: 'found', textContent: foundText(observed) }));
        row.append(element('td', { className: `truth-${value}`, textContent: value }), what);
        table.append(row);
      }
      item.append(table);
    }
    return item;
  });
  const list = element('ul', { className: 'rules' });
  list.append(...items);
  return [element('p', { className: 'dim', textContent: 'The rules for this capability, strictest first:' }), list];
}

/** The list of the calls before: how each went, when, and a way to take it back. */
function drawBefore(show) {
  const changed = (change) => {
    change();
    drawBefore(show);
    show();
  };
  $('before').replaceChildren(
    ...before.map((call, i) => {
      const item = element('li');
      const how = element('select', { ariaLabel: `How call ${i + 1} goes` });
      for (const [value, word] of Object.entries(RESULTS)) how.append(new Option(word, value));
      how.value = call.result ?? 'ok';
      how.addEventListener('change', () =>
        changed(() => {
          call.result = how.value;
        }),
      );
      const at = element('input', {
        ariaLabel: `Seconds from the start to call ${i + 1}`,
        value: String(call.at ?? ''),
        placeholder: 'at s',
      });
      at.addEventListener('change', () =>
        changed(() => {
          if (at.value.trim() === '') delete call.at;
          else call.at = at.value.trim();
        }),
      );
      const back = element('button', { type: 'button', textContent: 'Take back' });
      back.addEventListener('click', () =>
        changed(() => {
          before = before.filter((other) => other !== call);
          $('tool').value = call.tool;
          $('args').value = JSON.stringify(call.args ?? {});
        }),
      );
      item.append(
        element('code', { textContent: `${call.tool} ${JSON.stringify(call.args ?? {})}` }),
        ' ',
        element('b'),
        ' ',
        how,
        ' ',
        at,
        ' ',
        back,
        element('p'),
      );
      return item;
    }),
  );
}

/** What a call before comes to: as long as it passes, what it leaves behind. */
function verdictBefore(i, { decision, reason, after }) {
  const item = $('before').children[i];
  const verdict = item.querySelector('b');
  verdict.className = decision;
  // Whoever says how it went says that it was approved.
  verdict.textContent = decision === 'require_approval' ? 'a person is asked, and approves' : WORDS[decision];
  item.querySelector('p').textContent = `${reason}; after it: ${standingText(after)}`;
}

/** The call as a case of a fixture: of the calls before it, those that left something behind; at the same times. */
function caseOf({ roots, before: earlier = [], at, now, ...call }, { decision, before: explained = [] }) {
  const passed = earlier.filter((_, i) => explained[i].decision !== 'deny');
  const times = [at, ...earlier.map((one) => one.at)].filter((one) => one !== undefined);
  const made = at ?? (times.length > 0 ? Math.max(...times) : undefined);
  // A case is judged at `now`, and what came before is counted back from there.
  const start = now === undefined ? undefined : Date.parse(now);
  const moment = start === undefined ? new Date() : new Date(start + (made ?? 0) * 1000);
  return {
    name: `${call.tool} is ${decision.replace('_', ' ')}`,
    ...call,
    ...($('now') && { now: moment.toISOString() }),
    ...(passed.length > 0 && {
      before: passed.map(({ tool, args, result, at: time }) => ({ tool, args, result, at: time })),
    }),
    ...(passed.length > 0 && made !== undefined && { at: made }),
    ...(roots && { root: roots[0] }),
    expect: { decision },
  };
}

function link(text, follow) {
  const made = element('a', { href: '#', textContent: text });
  made.addEventListener('click', (event) => {
    event.preventDefault();
    follow();
  });
  return made;
}

function element(name, members = {}) {
  return Object.assign(document.createElement(name), members);
}
