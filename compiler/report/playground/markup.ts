import { type Html, html } from '../html.js';
import { contextText } from './context-text.js';

/** What the place to try calls needs to know of a policy before the first call. */
export interface Playground {
  readonly tools: readonly string[];
  /** What came before a call may matter. */
  readonly hasPast: boolean;
  /** Such a past as a person may write for it. */
  readonly pastExample: string;
  /** When it is made may matter. */
  readonly hasTime: boolean;
  /** What stands there at first. */
  readonly example: {
    readonly tool: string;
    readonly args: Readonly<Record<string, unknown>>;
    readonly context: Readonly<Record<string, string>>;
  };
}

/** The place where a call is tried: on the report's page and in an editor. view.js brings it to life. */
export function playgroundMarkup({ tools, hasPast, hasTime, pastExample, example }: Playground): Html {
  return html`<div class="playground">
${hasPast ? html`<ol id="before" aria-label="The calls before it"></ol>` : ''}
<div class="pair"><label>tool <input id="tool" list="names" autocomplete="off" spellcheck="false" value="${example.tool}"></label>
<label>context, such as tenant=a user_role="a b" <input id="context" autocomplete="off" spellcheck="false" value="${contextText(example.context)}"></label></div>
<datalist id="names">${tools.map((name) => html`<option value="${name}"></option>`)}</datalist>
<label>arguments, as JSON <textarea id="args" rows="3" spellcheck="false">${JSON.stringify(example.args)}</textarea></label>
<div class="pair"><label>root, for relative paths <input id="root" autocomplete="off" spellcheck="false"></label>
${hasTime ? html`<label>when, such as 2026-12-31T18:00:00Z; empty: now <input id="now" autocomplete="off" spellcheck="false"></label>` : ''}
${hasPast ? html`<label>seconds from the start <input id="at" inputmode="decimal" autocomplete="off"></label>` : ''}</div>
${hasPast ? html`<label>the past before all this, as JSON such as ${pastExample}; {} is none; empty: nobody knows <input id="history" autocomplete="off" spellcheck="false" value="{}"></label>` : ''}
<pre id="verdict" role="status" aria-live="polite"></pre>
${hasPast ? html`<button type="button" id="then">Remember this call, try another</button>` : ''}
<div id="why"></div>
<details><summary>This call as a test</summary><pre id="case"></pre></details>
</div>`;
}
