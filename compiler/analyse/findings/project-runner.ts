import { CF222 } from '../../diagnostics/messages.js';
import { forbids } from '../../ir/decision.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import { commandAtoms, passingCommand, plainWords } from '../programs/command-lines.js';
import { PROJECT_RUNNERS } from '../programs/project-runners.js';

/** Commands that a rule forbids, and a project may run all the same: what `npm test` does, the project says. */
export function projectRunner(analysis: Analysis): void {
  const runners = [...analysis.eachRule()].flatMap(([index, rule]) => {
    if (forbids(rule.decision) || analysis.idle.has(index)) return [];
    const patterns = commandAtoms(rule).flatMap((atom) => atom.patterns);
    const command = patterns.map(plainWords).flatMap(runnerOf)[0];
    const witness = command === undefined ? undefined : passingCommand(analysis, index, command);
    return command !== undefined && witness ? [{ rule, command, witness }] : [];
  });
  const [first] = runners;
  if (!first) return;
  for (const [, rule] of analysis.eachRule()) {
    const [atom] = forbids(rule.decision) ? commandAtoms(rule) : [];
    const judged = atom && analysis.run(first.witness);
    if (!atom || !judged) continue;
    analysis.report({
      kind: 'bypass',
      message: CF222({ rule: rule.id, command: first.command, other: first.rule.id }),
      rule,
      place: atom.atom.place,
      related: [{ rule: first.rule, note: 'lets it run' }],
      witness: first.witness,
      outcome: outcomeOf(judged),
    });
  }
}

/** A command line of the words that runs what the project defines. */
function runnerOf(words: readonly string[]): string[] {
  const [program = '', ...rest] = words;
  const name = program.split('/').at(-1);
  const isOne = PROJECT_RUNNERS.some(({ program, sub }) => {
    if (program !== name) return false;
    return sub === undefined || sub.split('|').some((one) => ` ${rest.join(' ')} `.startsWith(` ${one} `));
  });
  if (isOne) return [words.join(' ')];
  const runner = PROJECT_RUNNERS.find(({ program, sub }) => program === name && sub !== undefined && rest.length === 0);
  return runner ? [`${program} ${(runner.sub as string).split('|').find((one) => one !== '') ?? ''}`.trim()] : [];
}
