import { VERSION } from '../../package/version.js';
import { type Html, html } from '../../report/html.js';

/** The whole page: its script fills it. @param name Who has signed in. */
export function deskPage(name: string | undefined, store: string): string {
  return document(
    'Approvals',
    html`<header><h1>Approvals</h1>
<p class="dim">Calls of agents that wait for a person, in <span class="code">${store}</span>. ${name === undefined ? '' : html`You are <b class="code">${name}</b>. <button id="sign-out" type="button">Sign out</button>`}</p>
</header>
<main>
<section aria-labelledby="h-grants"><h2 id="h-grants">Granted</h2><ul id="grants"></ul></section>
<section aria-labelledby="h-waiting"><h2 id="h-waiting">Waiting <span id="count"></span></h2>
<p id="nothing" class="dim">Nothing waits.</p>
<div id="waiting"></div></section>
<section aria-labelledby="h-decided"><h2 id="h-decided">Decided and over</h2>
<div id="decided"></div><button id="older" type="button">Show more</button></section>
</main>
<footer class="dim">CapFence ${VERSION}</footer>
<div id="said"><p id="status" role="status" aria-live="polite"></p><p id="problem" role="alert"></p></div>
<noscript><p>This page needs its script, which this program serves; <code>capfence approvals --watch</code> is the same on a terminal.</p></noscript>`,
    html`<script type="module" src="page.js"></script>`,
  );
}

/** After a link was opened: its second token is kept where only this page's scripts read, and the link is left behind. */
export function enteredPage(second: string): string {
  return document(
    'Approvals',
    html`<main><p>Opening <a href="./">the page</a>…</p></main>`,
    html`<meta name="second" content="${second}"><script type="module" src="page.js"></script>`,
  );
}

/** @param problem Why the last time failed. */
export function signInPage(problem = ''): string {
  return document(
    'Sign in: approvals',
    html`<main class="narrow"><h1>Approvals</h1>
<form id="sign-in"><label for="name">Name</label><input id="name" name="name" autocomplete="username" required autocapitalize="none" spellcheck="false">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="yes">Sign in</button><p id="problem" role="alert">${problem}</p></form></main>`,
    html`<script type="module" src="page.js"></script>`,
  );
}

/** For whoever has no link. */
export function closedPage(): string {
  return document(
    'Approvals',
    html`<main class="narrow"><h1>Approvals</h1><p>This page opens by the link that <code>capfence approvals --web</code> has printed. Each link works once, in one browser; the next one is printed when it was used.</p></main>`,
    html``,
  );
}

function document(title: string, body: Html, head: Html): string {
  const meta = html`<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="style.css">`;
  return `<!doctype html>\n<html lang="en"><head>${meta.text}${head.text}</head><body>${body.text}</body></html>\n`;
}
