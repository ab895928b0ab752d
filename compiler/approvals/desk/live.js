// Runs in the browser of the person who decides: keeps the page as the store is, and sends what was decided.

const $ = (id) => document.getElementById(id);
const KEY = 'capfence-second';

/** Presses this soon after a button has moved were meant for what stood there before, in milliseconds. */
const SETTLED = 300;
let pressed = Number.NEGATIVE_INFINITY;
addEventListener('pointerdown', () => (pressed = performance.now()), true);

/** Sends what changes something, with the second token, which stays in this browser. */
async function send(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-capfence-token': localStorage.getItem(KEY) ?? '' },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `the page's program says ${response.status}`);
  return answer;
}

const say = (text) => {
  $('status').textContent = text;
};
const complain = (text) => {
  $('problem').textContent = text;
};

/** Markup of this page's own program, in which everything that comes from elsewhere is escaped. */
function place(element, markup) {
  moving(() => {
    element.innerHTML = markup;
  });
}

/** When a button came to where it is. */
const movedAt = new WeakMap();

/** Does what may move buttons, and notes which have moved, and which are new. */
function moving(change) {
  const buttons = () => [...document.querySelectorAll('main button')];
  const before = new Map(buttons().map((button) => [button, button.getBoundingClientRect().top]));
  change();
  const now = performance.now();
  for (const button of buttons())
    if (!(Math.abs(button.getBoundingClientRect().top - (before.get(button) ?? Number.NaN)) < 1))
      movedAt.set(button, now);
}

function card(id, line) {
  const details = document.createElement('details');
  details.className = 'request';
  details.dataset.id = id;
  const summary = document.createElement('summary');
  summary.innerHTML = line;
  const body = document.createElement('div');
  body.className = 'body';
  details.append(summary, body);
  details.addEventListener('toggle', () => {
    if (details.open && body.childElementCount === 0) void fill(details, body);
  });
  return details;
}

async function fill(details, body) {
  try {
    const response = await fetch(`requests/${encodeURIComponent(details.dataset.id)}`);
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    place(body, answer.html);
    if (details.classList.contains('over')) body.querySelector('.decide')?.remove();
  } catch (error) {
    complain(`The request can't be shown: ${error.message}`);
  }
}

/** What waits, by id. What is no longer there stays where it was, so that nothing moves under a finger. */
const cards = new Map();

function add({ id, line, expires }) {
  if (cards.has(id)) return;
  const details = card(id, line);
  details.dataset.expires = expires;
  const left = document.createElement('span');
  left.className = 'left';
  left.textContent = leftIn(Date.parse(expires) - Date.now());
  details.firstChild.append(left);
  cards.set(id, details);
  $('waiting').append(details);
}

function over(id, text) {
  const details = cards.get(id);
  if (!details) return;
  cards.delete(id);
  details.classList.add('over');
  delete details.dataset.expires;
  const left = details.querySelector('.left');
  left.className = 'gone';
  left.textContent = text;
  const decide = details.querySelector('.decide');
  if (!decide) return;
  // As high as before.
  decide.style.minHeight = `${decide.getBoundingClientRect().height}px`;
  const hadFocus = decide.contains(document.activeElement);
  decide.replaceChildren(Object.assign(document.createElement('p'), { className: 'outcome', textContent: text }));
  if (hadFocus) details.firstChild.focus();
}

function count() {
  const waiting = cards.size;
  $('count').textContent = waiting === 0 ? '' : `(${waiting})`;
  $('nothing').hidden = $('waiting').childElementCount > 0;
  document.title = waiting === 0 ? 'Approvals' : `(${waiting}) Approvals`;
}

let lastGrants;

function takeState({ waiting, ended, grants, decided }, isFirst) {
  const known = new Set(waiting.map(({ id }) => id));
  const fresh = waiting.filter(({ id }) => !cards.has(id));
  moving(() => {
    for (const one of fresh) add(one);
    for (const id of [...cards.keys()]) if (!known.has(id)) over(id, ended[id] ?? 'It is over.');
  });
  const list = grants || '<li class="dim">Nothing is granted beyond single calls.</li>';
  if (list !== lastGrants) place($('grants'), list);
  lastGrants = list;
  if (decided !== $('decided').dataset.count) {
    $('decided').dataset.count = decided;
    if ($('decided').childElementCount === 0 || !$('decided').querySelector('[open]')) void lookBack();
  }
  count();
  if (isFirst && waiting.length === 1) cards.values().next().value.open = true;
  else if (!isFirst && fresh.length > 0)
    say(`${fresh.length} new: ${cards.get(fresh.at(-1).id).querySelector('b').textContent}`);
}

let shown = 20;

/** What was decided, newest first. */
async function lookBack() {
  const response = await fetch(`decided?count=${shown}`);
  if (!response.ok) return;
  const { entries, more } = await response.json();
  $('decided').replaceChildren(
    ...entries.map(({ id, line }) => {
      const details = card(id, line);
      details.classList.add('over');
      return details;
    }),
  );
  if (entries.length === 0) $('decided').textContent = 'Nothing yet.';
  $('older').hidden = !more;
}

/** @returns what a form asks for. */
function values(form) {
  const data = new FormData(form);
  const one = (name) => {
    const value = data.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  return { for: one('for'), uses: one('uses'), under: one('under'), vary: data.getAll('vary') };
}

async function act(form) {
  const details = form.closest('details.request');
  const id = details?.dataset.id;
  const path = `requests/${encodeURIComponent(id ?? '')}`;
  switch (form.dataset.do) {
    case 'approve':
      return decided(id, await send(`${path}/approve`, {}));
    case 'reject': {
      const why = form.querySelector('[name=why]').value.trim();
      return decided(id, await send(`${path}/reject`, why === '' ? {} : { why }));
    }
    case 'preview': {
      const box = form.parentElement.querySelector('.preview');
      const terms = values(form);
      const { html } = await send(`${path}/preview`, terms);
      box.terms = terms;
      place(box, html);
      box.tabIndex = -1;
      return box.focus();
    }
    case 'grant':
      return decided(id, await send(`${path}/grant`, form.closest('.preview').terms));
    case 'revoke': {
      const { text } = await send(`grants/${encodeURIComponent(form.dataset.id)}/revoke`, {});
      return say(text);
    }
  }
}

function decided(id, { text }) {
  const what = cards.get(id)?.querySelector('b').textContent ?? id;
  over(id, text);
  count();
  say(`${what}: ${text}`);
}

addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.id === 'sign-in') return signIn(form);
  // A press of a key is meant for what has the focus; of a pointer, for what stood there.
  const isPointer = performance.now() - pressed < 1000;
  const button = event.submitter ?? form.querySelector('button');
  const since = pressed - (movedAt.get(button) ?? Number.NEGATIVE_INFINITY);
  if (isPointer && since < SETTLED) return say('That button has just moved: press again.');
  button.disabled = true;
  complain('');
  say('');
  try {
    await act(form);
  } catch (error) {
    complain(error.message);
  } finally {
    button.disabled = false;
  }
});

// What is to be granted is what was shown.
addEventListener('input', (event) => {
  const form = event.target.closest?.('form[data-do=preview]');
  form?.parentElement.querySelector('.preview').replaceChildren();
});

async function signIn(form) {
  const { name, password } = Object.fromEntries(new FormData(form));
  try {
    const { second } = await send('sign-in', { name, password });
    localStorage.setItem(KEY, second);
    location.replace('./');
  } catch (error) {
    complain(error.message);
    form.querySelector('[name=password]').value = '';
    form.querySelector('[name=password]').focus();
  }
}

function leftIn(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s left`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min left` : `${Math.round(seconds / 3600)} h left`;
}

let isFirst = true;
let source;

/** Browsers keep six connections to a program: pages that nobody looks at have none. */
function listen() {
  source?.close();
  source = undefined;
  if (document.hidden) return;
  source = new EventSource('events');
  const away = (text) => {
    $('problem').dataset.away = 'yes';
    complain(text);
  };
  source.addEventListener('state', ({ data }) => {
    if ($('problem').dataset.away) complain('');
    delete $('problem').dataset.away;
    takeState(JSON.parse(data), isFirst);
    isFirst = false;
  });
  source.addEventListener('trouble', ({ data }) => away(JSON.parse(data)));
  source.addEventListener('error', () =>
    away(
      'The program of this page has ended, or you are signed out. What is shown may be old; reload when it runs again.',
    ),
  );
}

function follow() {
  listen();
  document.addEventListener('visibilitychange', listen);
  setInterval(() => {
    const now = Date.now();
    for (const details of cards.values())
      details.querySelector('.left').textContent = leftIn(Date.parse(details.dataset.expires) - now);
  }, 1000);
  $('older').addEventListener('click', () => {
    shown += 50;
    void lookBack();
  });
  $('sign-out')?.addEventListener('click', async () => {
    await send('sign-out', {}).catch(() => {});
    localStorage.removeItem(KEY);
    location.replace('./');
  });
  if (localStorage.getItem(KEY) === null)
    complain('This browser may look, and not decide: open the link that the program has printed.');
}

const second = document.querySelector('meta[name=second]')?.content;
if (second !== undefined) {
  localStorage.setItem(KEY, second);
  location.replace('./');
} else if ($('waiting')) follow();
