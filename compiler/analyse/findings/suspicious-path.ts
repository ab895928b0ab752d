import { CF211 } from '../../diagnostics/messages.js';
import { atomsOf, pathsOf } from '../../ir/atoms.js';
import { type Analysis, matchedBy, outcomeOf } from '../analysis.js';

/** Prefixes and globs that normalise to something else than is written, or that no path can match. */
export function suspiciousPath(analysis: Analysis): void {
  nextRule: for (const [index, rule] of analysis.eachRule()) {
    for (const { atom } of atomsOf(rule.when)) {
      for (const path of pathsOf(atom)) {
        const strange = strangeness(path, atom.key === 'path_prefix');
        if (!strange) continue;
        const found = analysis.findIn(
          index,
          () => ({ matched: [index] }),
          (judged) => matchedBy(judged, rule),
        );
        // What no call matches is shown by the call that it was meant for.
        const meant = { capability: rule.capability.text, args: { path: `${path}/x` }, context: {} };
        const witness = typeof found === 'string' ? meant : found.witness;
        const judged = analysis.run(witness);
        if (!judged) continue;
        analysis.report({
          kind: 'suspicious-path',
          message: CF211({ path, rule: rule.id, ...strange }),
          rule,
          place: atom.place,
          related: [],
          witness,
          outcome: outcomeOf(judged),
        });
        continue nextRule;
      }
    }
  }
}

function strangeness(path: string, isPrefix: boolean): { problem: string; hint: string } | undefined {
  const plain = normalised(path);
  // A slash at the end and `./` before are how people write folders.
  const written = path.replace(/^\.\/(?=.)/, '').replace(/(?<=.)\/$/, '');
  if (path !== '' && plain !== written && plain !== path) {
    return { problem: `is judged as \`${plain}\``, hint: `write \`${plain}\` if that is meant` };
  }
  if (path.normalize('NFC') !== path) return { problem: 'is judged in its composed form (NFC)', hint: 'write it so' };
  if (/^~[^/]/.test(path)) return { problem: 'names a home that is never resolved', hint: 'write the folder out' };
  if (/^\$[A-Za-z_{]|^%[A-Za-z_]\w*%/.test(path))
    return { problem: 'names a variable, which is taken literally', hint: 'write the folder out' };
  if (/%[0-9A-Fa-f]{2}/.test(path))
    return { problem: 'holds a percent escape, which is taken literally', hint: 'write the character itself' };
  if (/[;\\]/.test(path.replace(/^(?:[A-Za-z]:|\\\\).*$/, ''))) {
    return {
      problem: 'holds a character that paths are also read without',
      hint: 'no path with it is known to lie there',
    };
  }
  if (/[. ](?:\/|$)/.test(path.replace(/(?:^|\/)\.\.?(?=\/|$)/g, ''))) {
    return { problem: 'ends a segment in a dot or a space, which some servers drop', hint: 'omit it' };
  }
  if (isPrefix && /[*?]/.test(path))
    return { problem: 'holds a wildcard, which a prefix takes literally', hint: 'use `path_glob` for globs' };
  return undefined;
}

/** The path without `.`, `..` and doubled slashes. */
function normalised(path: string): string {
  const isAbsolute = path.startsWith('/');
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    const last = segments.at(-1);
    if (segment === '..' && last !== undefined && last !== '..') segments.pop();
    else if (segment !== '..' || !isAbsolute) segments.push(segment);
  }
  if (isAbsolute) return `/${segments.join('/')}`;
  return segments.join('/') || '.';
}
