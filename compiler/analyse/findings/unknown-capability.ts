import { CATALOGUE } from '../../../runtime/data/catalogue.js';
import { CF304 } from '../../diagnostics/messages.js';
import { similarWord } from '../../diagnostics/suggest.js';
import { capabilityMatches } from '../../interpret/capability-match.js';
import { useOf } from '../../interpret/capability-uses.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import { type Statement, statementsOf } from './statement.js';
import { listed } from './wording.js';

/** Capabilities that nothing exercises: a denial of `filesystem.delte` denies nothing. One finding a capability. */
export function unknownCapability(analysis: Analysis): void {
  const mappings = analysis.policy.layers.flatMap(({ tools, methods }) => [
    ...Object.values(tools).flat(),
    ...Object.values(methods).flat(),
  ]);
  const uses = [...mappings, ...CATALOGUE.flatMap((row) => row.uses)].map(useOf);
  const exercised = [...new Set(uses.map(({ parts: [resource, action] }) => `${resource}.${action}`))];
  const unknown = new Map<string, Statement[]>();
  for (const statement of statementsOf(analysis.policy, analysis.rules)) {
    const { parts, text } = statement.capability;
    // A tool that nothing maps is mcp.tool.NAME, an unmapped request mcp.METHOD.
    const isExercised =
      parts[0] === 'mcp' || text === '*' || uses.some((one) => capabilityMatches(statement.capability, one.parts));
    if (!isExercised) unknown.set(text, [...(unknown.get(text) ?? []), statement]);
  }
  for (const [capability, statements] of unknown) {
    analysis.unknownCapabilities.add(capability);
    report(analysis, capability, statements as [Statement, ...Statement[]], exercised);
  }
}

function report(
  analysis: Analysis,
  capability: string,
  statements: readonly [Statement, ...Statement[]],
  exercised: readonly string[],
): void {
  const [first, ...others] = statements;
  const meant = meantBy(first, exercised);
  const witness = { capability, args: {}, context: {} };
  const judged = analysis.run(witness);
  const hint = meant
    ? `did you mean \`${meant}\`?`
    : 'map a tool to it in `tools:`; what code asks for by name needs no mapping';
  const message = CF304({ capability, rule: listed(statements), hint });
  analysis.report({
    kind: 'unknown-capability',
    message: meant ? message : { ...message, severity: 'note' },
    rule: first.rule,
    place: first.place,
    related: others.flatMap(({ rule }) => (rule ? [{ rule, note: 'names it, too' }] : [])).slice(0, 10),
    witness,
    ...(judged && { outcome: outcomeOf(judged) }),
  });
}

/** What the author may have meant: another action of the resource, or a capability two letters away. */
function meantBy({ capability: { parts, text } }: Statement, exercised: readonly string[]): string | undefined {
  const [resource, action] = parts;
  if (resource === '*') {
    const near = similarWord(action, [...new Set(exercised.map((one) => one.split('.')[1] as string))]);
    return near && `*.${near}`;
  }
  const siblings = exercised.filter((one) => one.split('.')[0] === resource);
  if (siblings.length > 0 && action !== '*' && !siblings.includes(`${resource}.${action}`)) {
    return similarWord(text, siblings) ?? (siblings.length <= 6 ? siblings.join('` or `') : siblings[0]);
  }
  const plain = action === '*' ? [...new Set(exercised.map((one) => one.split('.')[0] as string))] : exercised;
  return similarWord(action === '*' ? resource : `${resource}.${action}`, plain);
}
