import type { SimpleCommand } from '../commands/shell-text.js';
import { everyCommand, runsOthers } from '../commands/wrapped.js';
import { commandFact } from '../facts/command-fact.js';
import type { Facts } from '../facts/facts.js';
import { type CommandPattern, commandTruth, type PreparedPattern, prepareCommand } from './command-pattern.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/** The patterns of a `command`. */
export const commands = (patterns: readonly CommandPattern[]): readonly PreparedPattern[] =>
  patterns.map(prepareCommand);

/** `command` in permitting rules: every simple command is one of these. */
export const commandsAllow = (f: Facts, patterns: readonly PreparedPattern[]): number =>
  overCommands(f, (reading) => {
    let all = TRUE;
    for (const command of reading) {
      const truth = isOpaque(command) || command.redirects ? UNKNOWN : anyTruth(command, patterns, false);
      if (truth === FALSE) return FALSE;
      if (truth === UNKNOWN) all = UNKNOWN;
    }
    return all;
  });

/** `command` in forbidding rules: any is, those that stand in others as well. */
export const commandsForbid = (f: Facts, patterns: readonly PreparedPattern[]): number =>
  overCommands(f, (reading, windows) => {
    const { commands: all, isUnknown } = everyCommand(reading, windows);
    let any = isUnknown ? UNKNOWN : FALSE;
    for (const command of all) {
      const truth = isOpaque(command) ? UNKNOWN : anyTruth(command, patterns, true);
      if (truth === TRUE) return TRUE;
      if (truth === UNKNOWN || runsOthers(command)) any = UNKNOWN;
    }
    return any;
  });

/** An assignment or a redirection alone. */
function isOpaque({ words }: SimpleCommand): boolean {
  return words.length === 0;
}

function anyTruth(command: SimpleCommand, patterns: readonly PreparedPattern[], forbids: boolean): number {
  let any = FALSE;
  for (const pattern of patterns) {
    const truth = commandTruth(command, pattern, forbids);
    if (truth === TRUE) return TRUE;
    if (truth === UNKNOWN) any = UNKNOWN;
  }
  return any;
}

/** The truth set over all values: a value's readings agree, or it is unknown. */
function overCommands(f: Facts, truthOf: (reading: readonly SimpleCommand[], windows: boolean) => number): number {
  const { values, isUnknown, windows } = commandFact(f);
  let truthSet = isUnknown ? UNKNOWN : 0;
  for (const readings of values) {
    let truths = 0;
    for (const reading of readings) truths |= reading ? truthOf(reading, windows) : UNKNOWN;
    truthSet |= truths === TRUE || truths === FALSE ? truths : UNKNOWN;
  }
  return truthSet;
}
