import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CodeLens } from 'vscode-languageserver/node';
import { type FixtureCase, readFixture } from '../fixtures/fixture.js';
import { capabilityMatches } from '../interpret/capability-match.js';
import { toolUses } from '../interpret/capability-uses.js';
import { toolNames } from './names.js';
import type { PolicyText } from './policy-text.js';

/** Over each rule, of how many tools it decides calls; over the policy, how many cases test it. */
export function codeLenses(text: PolicyText): CodeLens[] {
  const { policy } = text;
  if (!policy) return [];
  const whole = text.document.getText();
  const tools = toolNames(text);
  const uses = tools.map((tool) => toolUses(policy, tool));
  const rules = policy.rules
    .filter(({ place }) => place.source.text === whole)
    .map(({ place, capability }) => {
      const count = uses.filter((own) => own.some(({ parts }) => capabilityMatches(capability, parts))).length;
      return lens(text, place.offset, `decides ${count} of ${tools.length} tools`);
    });
  const cases = casesOf(text).length;
  return [...(cases > 0 ? [lens(text, 0, `${cases} tests`)] : []), ...rules];
}

function lens(text: PolicyText, offset: number, title: string): CodeLens {
  return { range: text.range(offset, offset), command: { title, command: '' } };
}

/** The cases of fixtures beside the policy. */
function casesOf(text: PolicyText): FixtureCase[] {
  const folder = dirname(text.path);
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.test.yaml'))
      .flatMap((name) => {
        try {
          return readFixture(join(folder, name));
        } catch {
          return []; // A fixture that can't be read has no cases.
        }
      })
      .filter(({ policy }) => policy === text.path);
  } catch {
    return [];
  }
}
