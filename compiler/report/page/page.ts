import { createHash } from 'node:crypto';
import { unseenEscaped } from '../../../runtime/text/escape.js';
import type { Decision } from '../../../runtime/types.js';
import { Analysis } from '../../analyse/analysis.js';
import type { Witness } from '../../analyse/calls/call.js';
import type { Finding, PromiseOutcome } from '../../analyse/finding.js';
import { shownPromise } from '../../analyse/promise-text.js';
import { describeExpression } from '../../analyse/regions/region-text.js';
import { namedTools } from '../../analyse/regions/tool-names.js';
import type { CheckedPolicy } from '../../check.js';
import { compileInMemory } from '../../in-memory.js';
import { capabilityMatches } from '../../interpret/capability-match.js';
import { toolUses } from '../../interpret/capability-uses.js';
import { isAlways } from '../../ir/atoms.js';
import { isGlob } from '../../ir/globs.js';
import type { Policy } from '../../ir/policy.js';
import { describeResultRule } from '../../ir/result-text.js';
import type { Snapshot } from '../../ir/tool-snapshot.js';
import { VERSION } from '../../package/version.js';
import { type Html, html } from '../html.js';
import { playgroundMarkup } from '../playground/markup.js';
import { playgroundOf } from '../playground/playground-of.js';
import { PLAYGROUND_STYLE } from '../playground/style.js';
import { promiseCount } from '../promises.js';
import { shownTrace, shownWitness } from '../witness.js';
import { liveScript } from './live-script.js';
import { type MatrixRow, matrix } from './matrix.js';
import { type PathNode, pathTrees } from './path-tree.js';
import { STYLE } from './style.js';

/** Whoever reads the page: no home of this machine gets into it. live.js says the same. */
const READER = { home: '/home/me', platform: 'linux' } as const;

const COLUMNS: readonly (readonly [Decision, string])[] = [
  ['deny', 'denied'],
  ['require_approval', 'a person is asked'],
  ['warn', 'allowed, with a warning'],
  ['allow', 'allowed'],
];

/**
 * One self-contained page about a policy: tools against verdicts, path prefixes, findings, and a place to try calls. It
 * loads nothing from anywhere.
 */
export async function renderPage(
  { policy, findings, promises }: CheckedPolicy,
  tools: Snapshot | undefined,
): Promise<string> {
  const analysis = new Analysis(policy, {});
  const names = tools?.tools.map(({ name }) => name) ?? toolsOf(policy);
  const rows = matrix(analysis, names);
  const decide = compileInMemory(policy).bind({}, READER);
  const script = await liveScript(policy);
  const hash = createHash('sha256').update(script).digest('base64');
  const trees = pathTrees(policy, decide);
  const body = html`
<header><h1>${policy.name}</h1>
<p class="dim">${policy.rules.length} ${policy.rules.length === 1 ? 'rule' : 'rules'}, sha256 <code>${policy.sha256.slice(0, 16)}…</code>, CapFence ${VERSION}. The strictest rule that matches decides; what no rule matches is denied. A tool with several rows does several things: the strictest counts.</p>
${totals(rows)}
<nav aria-label="Sections"><a href="#live">Try a call</a><a href="#tools">Tools</a><a href="#paths">Paths</a>${policy.marks.length + policy.limits.length > 0 ? html`<a href="#past">What it remembers</a>` : ''}${promises.length > 0 ? html`<a href="#promises">Promises</a>` : ''}${policy.results.length > 0 ? html`<a href="#results">Results</a>` : ''}<a href="#findings">Findings</a></nav></header>
<main>
<h2 id="live">Try a call</h2>
<p class="dim">Judged here by the reference interpreter, with which the compiled policy is proved to agree.</p>
${playgroundMarkup(playgroundOf(policy, names, READER))}
<h2 id="tools">Tools against verdicts</h2>
<p class="dim">${tools ? `The ${names.length} tools of ${tools.server.name}.` : 'The tools that this policy names or the catalogue knows for it: give --tools for those of your server.'}</p>
${matrixTable(rows)}
<h2 id="paths">Path prefixes</h2>
${trees.length === 0 ? html`<p class="dim">No rule names a path prefix.</p>` : trees.map(({ capability, nodes }) => html`<h3><code>${capability}</code></h3><ul class="tree">${nodes.map(treeNode)}</ul>`)}
${pastSection(policy)}
${promiseSection(promises)}
${resultSection(policy)}
<h2 id="findings">Findings</h2>
${findings.length === 0 ? html`<p>Nothing found.</p>` : findings.map(finding)}
</main>`;
  const policyOfContent = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const head = html`<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${policyOfContent}"><title>${policy.name}: a CapFence policy</title>`;
  return `<!doctype html>\n<html lang="en"><head>${head.text}<style>${STYLE}${PLAYGROUND_STYLE}</style></head><body>${body.text}\n<script type="module">${script}</script></body></html>\n`;
}

/** Tools that the policy maps, and those of the catalogue that some rule speaks of. */
function toolsOf(policy: Policy): string[] {
  return namedTools([policy])
    .names.map(({ sample, names }) => (names === undefined ? sample : ''))
    .filter((name) => name !== '' && !isGlob(name))
    .filter((name) =>
      toolUses(policy, name).some(({ parts }) =>
        policy.rules.some(
          ({ capability }) => !capability.parts.every((part) => part === '*') && capabilityMatches(capability, parts),
        ),
      ),
    )
    .sort();
}

/** What of the tools can pass at all, by the rules that speak of them. */
function totals(rows: readonly MatrixRow[]): Html {
  const tools = new Map<string, MatrixRow[]>();
  for (const row of rows) tools.set(row.tool, [...(tools.get(row.tool) ?? []), row]);
  const counts = { allow: 0, ask: 0, deny: 0 };
  for (const own of tools.values()) {
    const has = (...decisions: readonly Decision[]) =>
      own.every(({ cells }) => decisions.some((decision) => cells[decision].length > 0));
    counts[has('allow', 'warn') ? 'allow' : has('allow', 'warn', 'require_approval') ? 'ask' : 'deny']++;
  }
  return html`<p class="totals"><b>${tools.size}</b> ${tools.size === 1 ? 'tool' : 'tools'}: <b class="allow">${counts.allow}</b> can pass unasked, <b class="require_approval">${counts.ask}</b> only after a person was asked, <b class="deny">${counts.deny}</b> never.</p>`;
}

function matrixTable(rows: readonly MatrixRow[]): Html {
  // A column that says nothing is not worth its width on a phone.
  const columns = COLUMNS.filter(([decision]) => rows.some(({ cells }) => cells[decision].length > 0));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Tools against verdicts"><table class="matrix">
<thead><tr><th scope="col">tool</th>${columns.map(([decision, label]) => html`<th scope="col" class="${decision}">${label}</th>`)}</tr></thead>
<tbody>${rows.map(({ tool, capability, cells }) => html`<tr><th scope="row"><code>${tool}</code><br><span class="dim">${capability}</span></th>${columns.map(([decision, label]) => cell(decision, label, cells[decision]))}</tr>`)}</tbody></table></div>`;
}

function cell(decision: Decision, label: string, entries: MatrixRow['cells'][Decision]): Html {
  if (entries.length === 0) return html`<td></td>`;
  return html`<td class="on ${decision}" data-label="${label}">${entries.map(({ rule, when }) => html`<span title="${rule}: ${when}">${shortened(when)}</span>`)}</td>`;
}

/** Long lists and expressions by how they begin; the whole is the cell's title. */
function shortened(when: string): string {
  const words = when.replace(/\S{48,}/g, (word) => `${word.slice(0, 45)}…`);
  return words.replace(/((?:\S+ or ){3})((?:\S+ or )+)\S+/g, (_, first: string, rest: string) => {
    return `${first}${rest.split(' or ').length} more`;
  });
}

function treeNode({ prefix, verdict, children }: PathNode): Html {
  const label = COLUMNS.find(([decision]) => decision === verdict.decision)?.[1] ?? '';
  const below = children.length === 0 ? html`` : html`<ul>${children.map(treeNode)}</ul>`;
  return html`<li><code>${prefix}</code> <b class="${verdict.decision}">${label}</b> <span class="dim">${verdict.reason}</span>${below}</li>`;
}

function finding({ kind, message, place, witness, outcome }: Finding): Html {
  return html`<div class="finding"><b>${message.severity}: ${message.message}</b>
<div class="dim">${message.code} ${kind}, ${place.source.file}:${place.line}</div>
${witness ? html`${proof(witness, outcome)}${tryButton(witness)}` : ''}</div>`;
}

/** As many calls before as a person looks through. */
const MAX_BEFORE = 20;

/** Puts a witness, and the calls that lead to it, where calls are tried. */
function tryButton(witness: Witness): Html | '' {
  const { tool, args, context, now, history, trace = [], policy } = witness;
  const steps = trace.flatMap((step) => Array.from({ length: Math.min(step.times ?? 1, MAX_BEFORE + 1) }, () => step));
  const isOfTools = tool !== undefined && policy === undefined && steps.every((step) => step.tool && !step.policy);
  if (!isOfTools || steps.length > MAX_BEFORE) return '';
  const before = steps.map((step) => ({
    tool: step.tool,
    args: step.args,
    context: step.context,
    result: step.result,
    at: step.at,
  }));
  const call = { tool, args, context, now, history, trace: before, at: witness.at };
  return html`<button type="button" data-call="${unseenEscaped(JSON.stringify(call))}">Try this call</button>`;
}

function proof(witness: Witness, outcome: string | undefined): Html {
  const steps = shownTrace(witness, outcome);
  if (!steps) {
    return html`<div><code>${shownWitness(witness)}</code>${outcome === undefined ? '' : html` → ${outcome}`}</div>`;
  }
  return html`<ol>${steps.map(({ call, what }) => html`<li><code>${call}</code> → ${what}</li>`)}</ol>`;
}

const STATES = { kept: 'allow', broken: 'deny', unproved: 'require_approval' } as const;

/** What calls leave behind, and how much there may be of them. */
function pastSection({ marks, limits }: Policy): Html | '' {
  if (marks.length + limits.length === 0) return '';
  const where = ({ when }: Pick<Policy['rules'][0], 'when'>) =>
    isAlways(when) ? '' : `, ${shortened(describeExpression(when))}`;
  return html`<h2 id="past">What it remembers</h2>
<div class="scroll"><table class="sentences"><thead><tr><th>of</th><th>what</th></tr></thead><tbody>${marks.map(
    (mark) =>
      html`<tr><td><code>${mark.capability.text}</code>${where(mark)}</td><td>${mark.clears ? 'clears' : 'leaves'} <b>${mark.labels.join(', ')}</b>${mark.by === undefined ? '' : ` for its ${mark.by}`}</td></tr>`,
  )}${limits.map(
    (limit) =>
      html`<tr><td><code>${limit.capability.text}</code>${where(limit)}</td><td><b>${limit.id}</b>: at most ${limit.max} ${limit.of === undefined ? 'calls' : `of ${limit.of}`} ${limit.per === 'session' ? 'in a session' : `in ${limit.per} seconds`}${limit.by === undefined ? '' : ` for each ${limit.by}`}; beyond that ${COLUMNS.find(([decision]) => decision === limit.over)?.[1] ?? limit.over}</td></tr>`,
  )}</tbody></table></div>`;
}

/** What is done about what comes back. */
function resultSection({ results }: Policy): Html | '' {
  if (results.length === 0) return '';
  return html`<h2 id="results">Results</h2>
<table><thead><tr><th>rule</th><th>of</th><th>does</th></tr></thead><tbody>${results.map(
    (rule) =>
      html`<tr><td>${rule.id}</td><td><code>${rule.capability.text}</code></td><td>${describeResultRule(rule)}</td></tr>`,
  )}</tbody></table>`;
}

function promiseSection(promises: readonly PromiseOutcome[]): Html {
  if (promises.length === 0) return html``;
  return html`<h2 id="promises">Promises</h2>
<p class="dim">What the author means, checked over every history: ${promiseCount(promises)}.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Promises"><table class="sentences">
<thead><tr><th scope="col">it is</th><th scope="col">promise</th></tr></thead>
<tbody>${promises.map(({ promise, state, witness, outcome, isVacuous }) => html`<tr><td class="on ${isVacuous ? 'require_approval' : STATES[state]}">${state}${isVacuous ? ', there is no such call' : ''}</td><th scope="row"><code>${shownPromise(promise)}</code><br><span class="dim">${promise.id}${promise.description === undefined ? '' : html`: ${promise.description}`}</span>${witness ? html`${proof(witness, outcome)}${tryButton(witness)}` : ''}</th></tr>`)}</tbody></table></div>`;
}
