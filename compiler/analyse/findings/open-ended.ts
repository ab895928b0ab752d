import { BEGIN_TEXT, END_TEXT } from '../../../runtime/decide/conditions/regex.js';
import type { Atom } from '../../conditions/condition.js';
import { regexProgram } from '../../conditions/regex.js';
import { CF219 } from '../../diagnostics/messages.js';
import { atomsOf } from '../../ir/atoms.js';
import type { Rule } from '../../ir/policy.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import type { Witness } from '../calls/call.js';
import { setAt, tokensOf } from '../calls/selector.js';
import { findText, globPattern, Language } from '../regions/language.js';
import { avoids } from './unanchored-regex.js';

/*
 * Permitting rules whose string condition lets more pass than it seems. Nothing is reported without a call that passes by
 * the rule, and shows it.
 */

export function openEnded(analysis: Analysis): void {
  for (const [index, rule] of analysis.eachRule()) {
    if ((rule.decision !== 'allow' && rule.decision !== 'warn') || analysis.idle.has(index)) continue;
    const atoms = atomsOf(rule.when);
    for (const { atom, negated } of atoms) {
      const found = negated ? undefined : openness({ analysis, index, rule }, atom, atoms.length === 1);
      if (!found) continue;
      analysis.report({ kind: 'open-ended', rule, place: atom.place, related: [], ...found });
      break;
    }
  }
}

/** What a value is to the server that gets it. */
type Family = 'url' | 'command' | 'sql' | 'recipient' | 'other';

const FAMILIES: readonly (readonly [Family, ReadonlySet<string>])[] = [
  ['url', new Set('url uri href link endpoint webhook host hostname domain website'.split(' '))],
  ['command', new Set('command cmd program executable script shell args argv arguments'.split(' '))],
  ['sql', new Set('sql query queries statement statements'.split(' '))],
  ['recipient', new Set('to cc bcc recipient recipients email emails mailto attendee attendees invitee'.split(' '))],
];

const HINTS: Readonly<Record<Family, string>> = {
  url: 'compare what a URL means: `host: api.example.com`, and `scheme`, `port`, `url_path` beside it',
  command: 'compare the words of each command: `command: ["git log ..."]`',
  sql: 'compare what statements do: `sql_kind: read`, and `sql_table` beside it',
  recipient: 'compare each address: `recipient: "*@example.com"`',
  other: 'end it in a delimiter such as `/`, or name the whole values with `in`',
};

/** What is put around a value that a condition takes, to make it something else. */
const AROUND: Readonly<Record<Family, readonly ((text: string) => string)[]>> = {
  url: [(text) => `${text}.evil.test`, (text) => `${text}@evil.test/`, (text) => `https://evil.test/?${text}`],
  command: [(text) => `${text}; rm -rf x`, (text) => `${text} | sh`, (text) => `${text}\nrm -rf x`],
  sql: [(text) => `${text}; drop table x`, (text) => `${text} union select x`, (text) => `${text}\ndrop table x`],
  recipient: [(text) => `x@evil.test,${text}`, (text) => `${text},x@evil.test`],
  other: [],
};

interface Text {
  readonly op: 'prefix' | 'glob' | 'regex' | 'contains';
  readonly patterns: readonly string[];
  /** undefined: the text of the call. */
  readonly selector: string | undefined;
}

function textTestOf({ key, data }: Atom): Text | undefined {
  if (key === 'contains') return { op: 'contains', patterns: data as readonly string[], selector: undefined };
  if (key === 'match_regex') return { op: 'regex', patterns: data as readonly string[], selector: undefined };
  if (key !== 'args') return undefined;
  const { selector, op, value } = data as { readonly selector: string; readonly op: string; readonly value: unknown };
  if (op !== 'prefix' && op !== 'glob' && op !== 'regex' && op !== 'contains') return undefined;
  return { op, patterns: value as readonly string[], selector };
}

/** The rule that is looked at. */
interface Subject {
  readonly analysis: Analysis;
  readonly index: number;
  readonly rule: Rule;
}

/** @param isAlone It is the rule's only condition. */
function openness(subject: Subject, atom: Atom, isAlone: boolean) {
  const { rule } = subject;
  const text = textTestOf(atom);
  if (!text) return undefined;
  const family = familyOf(text, rule);
  for (const pattern of text.patterns) {
    const inside = sampleOf(text.op, pattern);
    if (inside === undefined) continue;
    for (const { value, problem } of candidates(text, { pattern, inside }, family, isAlone)) {
      const shown = passing(subject, text, inside, value);
      if (shown) return { message: CF219({ rule: rule.id, problem, hint: HINTS[family] }), ...shown };
    }
  }
  return undefined;
}

function familyOf({ selector }: Text, { capability }: Rule): Family {
  if (selector === undefined) {
    if (capability.parts[0] === 'shell') return 'command';
    return ['database', 'sql', 'db'].includes(capability.parts[0]) ? 'sql' : 'other';
  }
  const name = (tokensOf(selector).at(-1) ?? '').replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  const last = name.split(/[_-]/).at(-1) ?? '';
  return FAMILIES.find(([, names]) => names.has(last) || names.has(last.replace(/s$/, '')))?.[0] ?? 'other';
}

/** The shortest text that the pattern takes. */
function sampleOf(op: Text['op'], pattern: string): string | undefined {
  if (op === 'prefix' || op === 'contains') return pattern;
  const language = op === 'glob' ? Language.whole([globPattern(pattern)]) : Language.found([pattern]);
  const printable = { language: Language.whole(['[ -~]*']), inside: true };
  const text = findText([printable, { language, inside: true }]);
  return text === 'budget' ? undefined : text;
}

interface Candidate {
  readonly value: string;
  readonly problem: string;
}

/** A pattern, and a text that it takes. */
interface Sample {
  readonly pattern: string;
  readonly inside: string;
}

function* candidates(text: Text, { pattern, inside }: Sample, family: Family, isAlone: boolean): Iterable<Candidate> {
  const shown = JSON.stringify(pattern);
  if (text.op === 'regex') {
    // What has no anchors is another finding's.
    const program = regexProgram(pattern);
    if (avoids(program, BEGIN_TEXT) || avoids(program, END_TEXT)) return;
    if (family !== 'command' && family !== 'sql') return;
    const delimiters = family === 'command' ? '[\\n;|&`$<>]' : '[\\n;]';
    const more = findText([
      { language: Language.found([pattern]), inside: true },
      { language: Language.found([delimiters]), inside: true },
    ]);
    if (more === undefined || more === 'budget') return;
    const what =
      family === 'command' ? 'a line break or a delimiter of the shell' : 'a line break or a second statement';
    yield { value: more, problem: `its expression ${shown} takes ${what}` };
    return;
  }
  for (const around of AROUND[family]) {
    yield { value: around(inside), problem: `${text.op} ${shown} says nothing certain of a ${NAMES[family]}` };
  }
  if (text.op === 'contains') {
    if (isAlone) yield { value: `x ${inside} x`, problem: `anything that contains ${shown} passes` };
  } else if (/[\p{L}\p{N}]$/u.test(text.op === 'glob' ? (/^(.*[^*])\*+$/su.exec(pattern)?.[1] ?? '') : pattern)) {
    yield { value: `${inside}x`, problem: `its ${text.op} ${shown} ends within a word` };
  }
}

const NAMES: Readonly<Record<Family, string>> = {
  url: 'URL',
  command: 'command',
  sql: 'statement',
  recipient: 'list of recipients',
  other: 'text',
};

/** A call with the value in place of what the condition takes, that the rule lets pass. */
function passing({ analysis, index, rule }: Subject, { selector }: Text, inside: string, value: string) {
  let shown: { readonly witness: Witness; readonly outcome: string } | undefined;
  for (const set of analysis.setsWith(index)) {
    const earlier = set.rules.filter((other) => other < index);
    analysis.space.find(set, { matched: [index], unmatched: earlier }, (witness) => {
      const args = structuredClone(witness.args) as Record<string, unknown>;
      if (selector !== undefined) setAt(args, tokensOf(selector), value);
      else for (const [key, text] of Object.entries(args)) if (text === inside) args[key] = value;
      const other = { ...witness, args };
      const judged = analysis.run(other);
      if (judged?.rule !== rule || JSON.stringify(args) === JSON.stringify(witness.args)) return false;
      shown = { witness: other, outcome: outcomeOf(judged) };
      return true;
    });
    if (shown) return shown;
  }
  return undefined;
}
