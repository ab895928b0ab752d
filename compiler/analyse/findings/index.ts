import type { Analysis } from '../analysis.js';
import { broadAllow } from './broad-allow.js';
import { bypass } from './bypass.js';
import { commandEscape } from './command-escape.js';
import { controlCharacter } from './control-character.js';
import { expired } from './expired.js';
import { neverCleared, unreachableHistory, unusedLabel } from './histories.js';
import { needsReading } from './needs-reading.js';
import { needsRootNote } from './needs-root.js';
import { openEnded } from './open-ended.js';
import { overlap } from './overlap.js';
import { projectRunner } from './project-runner.js';
import { promises } from './promises.js';
import { redundant } from './redundant.js';
import { satisfiability } from './satisfiability.js';
import { scopedRule } from './scoped-rule.js';
import { shadowed } from './shadowed.js';
import { suspiciousPath } from './suspicious-path.js';
import { unanchoredRegex } from './unanchored-regex.js';
import { unknownCapability } from './unknown-capability.js';

/**
 * What is looked for, in this order: a rule that was found to have no effect is told of once, and the later checks pass
 * over it.
 */
export const FINDINGS: readonly ((analysis: Analysis) => void)[] = [
  promises,
  unreachableHistory,
  satisfiability,
  shadowed,
  redundant,
  overlap,
  bypass,
  needsRootNote,
  broadAllow,
  unanchoredRegex,
  openEnded,
  controlCharacter,
  commandEscape,
  projectRunner,
  expired,
  needsReading,
  suspiciousPath,
  scopedRule,
  unknownCapability,
  unusedLabel,
  neverCleared,
];
