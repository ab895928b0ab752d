import type { Mutation, Survivor } from '../mutate/mutate.js';
import type { Style } from './style.js';
import { safe } from './text.js';
import { proofLines } from './witness.js';

/** The shape of `capfence mutate --format json`. */
export function mutationJson({ mutants, equivalent, killed, survived, score, failing }: Mutation) {
  return {
    mutants,
    equivalent,
    killed,
    survived: survived.map(({ mutant: { kind, rule, place, before, after }, witness, from, to, note }) => ({
      kind,
      rule,
      file: place.source.file,
      line: place.line,
      before,
      after,
      witness,
      from,
      to,
      ...(note !== undefined && { note }),
    })),
    score,
    ...(failing.length > 0 && { failing }),
  };
}

/** What was found, for a person: each survivor as a frame of the author's own text, and the call that would notice it. */
export function renderMutation(mutation: Mutation, style: Style): string {
  const { survived, failing, extended } = mutation;
  const lines = survived.flatMap((survivor) => [...frame(survivor, style), '']);
  const failed = failing.map((name) => style.yellow(`fails as it is, and is left out: ${safe(name)}`));
  const rest = extended.map((file) =>
    style.dim(`nothing was changed in ${safe(file)}, which it extends: it has its own tests`),
  );
  return [...lines, ...failed, ...rest, summary(mutation, style)].join('\n');
}

function frame({ mutant, witness, from, to, note }: Survivor, style: Style): string[] {
  const { kind, rule, place, before, after } = mutant;
  const gutter = ' '.repeat(String(place.line).length);
  const proof =
    witness === null
      ? [safe(note ?? '')]
      : proofLines(witness, `${from} now, ${to} with the change`).map((line) => safe(line));
  return [
    `${style.yellow('survives')} ${style.bold(safe(rule))}: ${kind.replaceAll('-', ' ')}`,
    `${gutter}${style.blue('-->')} ${place.source.file}:${place.line}:${place.column}`,
    ...before.split('\n').map((line) => `${gutter} ${style.blue('|')} ${style.red(`- ${safe(line)}`)}`),
    ...after.split('\n').map((line) => `${gutter} ${style.blue('|')} ${style.green(`+ ${safe(line)}`)}`),
    ...proof.map((line) => `${gutter} ${style.dim('=')} ${line}`),
  ];
}

function summary({ mutants, equivalent, killed, survived, score }: Mutation, style: Style): string {
  const paint = survived.length === 0 ? style.green : style.yellow;
  const same = equivalent > 0 ? `, ${equivalent} proved to change nothing` : '';
  return paint(`${killed} of ${mutants - equivalent} changes are noticed (${percent(score)})${same}`);
}

/** Rounded down: 100 % is all of them. */
export function percent(score: number): string {
  return `${Math.floor(score * 1000) / 10} %`;
}

/** For pull requests. */
export function mutationMarkdown(file: string, mutation: Mutation): string {
  const { survived, killed, mutants, equivalent, score } = mutation;
  const title =
    survived.length === 0
      ? `**${file}**: its tests notice every change (${killed}).`
      : `**${file}**: ${survived.length} change${survived.length === 1 ? '' : 's'} to this policy would go unnoticed (${killed} of ${mutants - equivalent} are noticed, ${percent(score)}).`;
  if (survived.length === 0) return `${title}\n`;
  const rows = survived.map(({ mutant, witness, from, to, note }) => {
    const proof = witness === null ? (note ?? '') : proofLines(witness, `${from} now, ${to} then`).join('; ');
    return `| \`${cell(mutant.rule)}\` line ${mutant.place.line} | ${mutant.kind.replaceAll('-', ' ')} | ${code(mutant.before)} | ${code(mutant.after)} | ${code(proof)} |`;
  });
  return [
    title,
    '',
    '| rule | change | now | then | a call that shows it |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function code(text: string): string {
  return `<code>${cell(text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`))}</code>`;
}

function cell(text: string): string {
  return safe(text.replace(/\s*\n\s*/g, ' '))
    .replaceAll('|', '&#124;')
    .replaceAll('`', '&#96;');
}
