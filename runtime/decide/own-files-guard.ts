import type { Args, Environment, Guard } from '../types.js';
import type { CapabilityUse } from './capability-use.js';
import { type Prefixes, reaches, readPrefixes } from './conditions/path-prefix.js';
import { PathFact } from './facts/path-fact.js';
import { type PathCase, PathReader } from './paths/path-reader.js';

/** What `Decide.guard` prepares. */
interface PreparedGuard extends Guard {
  readonly files: Prefixes;
  readonly environment: PathReader;
  /** Used for every call: looking is synchronous and keeps nothing. */
  readonly fact: PathFact;
}

/** Prepares the gateway's own files. @param folders Further ones for relative paths. */
export function prepareGuard(
  environment: Environment,
  pathCase: PathCase,
  files: readonly string[],
  folders: readonly string[],
): PreparedGuard {
  const reader = new PathReader({ ...environment, roots: [...(environment.roots ?? []), ...folders] }, pathCase);
  return { files: readPrefixes(reader, files), environment: reader, fact: new PathFact(reader) };
}

/** Would one of these reach one of the gateway's own files other than by reading? */
export function touchesOwnFiles(uses: readonly CapabilityUse[], args: Args, guard: Guard): 'yes' | 'maybe' | 'no' {
  const { files, environment, fact } = guard as PreparedGuard;
  let answer: 'maybe' | 'no' = 'no';
  for (const { capability, selectors, args: own } of uses) {
    // What a request does to files is judged for itself.
    if (capability.action === 'read' || capability.action === 'list' || selectors.noneIfAbsent) continue;
    fact.extract(own ?? args, selectors.paths, selectors.tree, selectors.noneIfAbsent);
    const reached = reaches(fact, files, environment.roots);
    if (reached === 'yes') return 'yes';
    if (reached === 'maybe') answer = 'maybe';
  }
  return answer;
}
