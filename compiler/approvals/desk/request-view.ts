import { type Approval, stateAt } from '../../../runtime/approvals/approval.js';
import { type Grant, grantState } from '../../../runtime/approvals/grant.js';
import { shownWhole as shown } from '../../../runtime/text/escape.js';
import { membersOf } from '../../../runtime/wire/members.js';
import { approvalLine } from '../../report/approval.js';
import { renderArguments } from '../../report/arguments.js';
import { grantLines } from '../../report/grant.js';
import { type Html, html } from '../../report/html.js';
import { MARKS, painted } from './painted.js';

/** As much of the arguments stands in the list; all of them are in the request. */
const MAX_GIVEN = 120;

/** The line of a request that waits; a click opens it. */
export function waitingLine({ tool, capability, agent, host, arguments: text }: Approval): Html {
  const given =
    text.length > MAX_GIVEN ? `${text.slice(0, MAX_GIVEN)}… and ${text.length - MAX_GIVEN} characters more` : text;
  return html`<b class="code">${shown(tool)}</b> <span class="dim code">${shown(capability)}</span> <span>for <span class="code">${shown(agent)}</span> on <span class="code">${shown(host)}</span></span> <span class="code dim given">${given}</span>`;
}

/** A request that is over, in the list of them. */
export function decidedLine(approval: Approval, now: number): Html {
  return html`<span class="code">${painted([approvalLine(approval, now, MARKS)])}</span>`;
}

/** All of a request, as a person who decides needs to see it; with what decides it, while it waits. */
export function requestView(approval: Approval, now: number): Html {
  const { agent, host, cwd, upstream, rule, place, reason, unknown, context, roots, params } = approval;
  const facts = Object.entries(context)
    .filter(([key]) => key !== 'agent')
    .map(([key, value]) => `${shown(key)}=${shown(String(value))}`);
  const row = (name: string, text: string) => html`<dt>${name}</dt><dd class="code">${text}</dd>`;
  return html`<dl>
${row('request', approval.id)}
${row('agent', `${shown(agent)} on ${shown(host)}, in ${shown(cwd)}`)}
${row('server', upstream.map((part) => shown(part)).join(' '))}
${row('rule', [rule, place, `(${reason})`].filter((part) => part !== undefined).join('  '))}
${unknown.length > 0 ? row('unknown', unknown.join(', ')) : ''}
${facts.length > 0 ? row('context', facts.join(' ')) : ''}
${roots.length > 0 ? row('roots', roots.map((root) => shown(root)).join(' ')) : ''}
${row('expires', approval.expires)}
</dl>
${params === undefined ? '' : section('With it', params)}
${section('Arguments', approval.arguments)}
<p class="end">End of the request.</p>
${stateAt(approval, now) === 'pending' ? decideForm(approval) : ''}`;
}

function section(title: string, json: string): Html {
  return html`<h4>${title}</h4><pre class="code">${painted(renderArguments(json, MARKS))}</pre>`;
}

function decideForm(approval: Approval): Html {
  const { id } = approval;
  const what = shown(approval.tool);
  return html`<div class="decide">
<form data-do="approve"><button class="yes" aria-label="Approve once: ${what}">Approve once</button></form>
<form data-do="reject"><label for="why-${id}">Why not? The caller is told.</label><input id="why-${id}" name="why" maxlength="1000" autocomplete="off"><button class="no" aria-label="Reject: ${what}">Reject</button></form>
${grantForm(approval)}
</div>`;
}

/** What more of the same may be granted. */
function grantForm({ id, grantable, arguments: text }: Approval): Html {
  if (!grantable)
    return html`<p class="dim">It can't be granted for longer: a limit asks, or more than one rule, and such calls are decided one by one.</p>`;
  const names = membersOf(text).map(([name]) => name);
  const free = Object.keys(grantable.members).filter((name) => !grantable.fixed.includes(name));
  const varying = names.filter((name) => free.includes(name));
  const spans: readonly (readonly [string, string])[] = [
    ['10m', '10 minutes'],
    ['1h', '1 hour'],
    ['8h', '8 hours'],
    ...(grantable.session === undefined ? [] : ([['session', 'until its session ends']] as const)),
  ];
  const hasPath = varying.some((name) => grantable.paths.includes(name));
  return html`<details class="grant"><summary>Grant more of the same…</summary>
<form data-do="preview">
<label for="for-${id}">For</label><select id="for-${id}" name="for">${spans.map(([value, label]) => html`<option value="${value}">${label}</option>`)}</select>
<label for="uses-${id}">For at most so many calls, this one among them (empty: any number)</label><input id="uses-${id}" name="uses" inputmode="numeric" pattern="[0-9]*" autocomplete="off">
${varying.length === 0 ? '' : html`<fieldset><legend>What may vary</legend>${varying.map((name) => html`<label class="check"><input type="checkbox" name="vary" value="${name}"> <span class="code">${shown(name)}</span>${grantable.paths.includes(name) ? ', in its folder' : ', to anything'}</label>`)}</fieldset>`}
${hasPath ? html`<label for="under-${id}">Paths stay in this folder (empty: that of the call)</label><input id="under-${id}" name="under" class="code" autocomplete="off" spellcheck="false">` : ''}
<button>Show what that would cover</button>
</form>
<div class="preview"></div>
</details>`;
}

/** What a grant would cover, before it is given. */
export function grantPreview(sentence: string, examples: readonly { text: string; isCovered: boolean }[]): Html {
  return html`<p class="code">${sentence}.</p>
<ul>${examples.map(({ text, isCovered }) => html`<li><b class="${isCovered ? 'green' : 'yellow'}">${isCovered ? 'granted' : 'outside'}</b> <span class="code">${text}</span></li>`)}</ul>
<p class="dim">The policy decides what is outside; another rule may still ask, and what it denies stays denied.</p>
<form data-do="grant"><button class="yes">Approve, and grant this</button></form>`;
}

/** A grant in the list of them, with what takes it back. */
export function grantView(grant: Grant, now: number): Html {
  const isActive = grantState(grant, now) === 'active';
  return html`<li><pre class="code">${painted(grantLines(grant, now, MARKS))}</pre>${isActive ? html`<form data-do="revoke" data-id="${grant.id}"><button aria-label="Take back the grant ${grant.id}">Take back</button></form>` : ''}</li>`;
}
