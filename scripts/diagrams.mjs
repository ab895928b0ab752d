// Draws the DSL's grammar as railroad diagrams: docs/dsl-grammar.html, one page with everything in it.
// Run as `npm run diagrams`; a test sees to it that the page is the parser's own grammar.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { DslParser } from '../compiler/parse/dsl/parser.ts';

const require = createRequire(import.meta.url);
const rail = require('railroad-diagrams');
const target = new URL('../docs/dsl-grammar.html', import.meta.url);

export function grammarPage() {
  const css = readFileSync(require.resolve('railroad-diagrams/railroad-diagrams.css'), 'utf8').replace(/[ \t]+$/gm, '');
  /** @type {readonly { readonly name: string, readonly definition: readonly unknown[] }[]} */
  const rules = /** @type {any} */ (new DslParser().getSerializedGastProductions());
  const sections = rules.map(({ name, definition }) => {
    const diagram = rail.Diagram(...definition.map(draw)).toString();
    return `<h2 id="${name}">${name}</h2>\n${diagram.replace(/[ \t]+$/gm, '')}`;
  });
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<title>The grammar of the CapFence DSL</title>',
    `<style>\nbody { font: 16px/1.5 system-ui, sans-serif; margin: 2em; overflow-x: auto }\n${css}</style>`,
    '<h1>The grammar of the CapFence DSL</h1>',
    ...sections,
    '</html>',
    '',
  ].join('\n');
}

function draw(part) {
  const inside = () => sequence(part.definition.map(draw));
  switch (part.type) {
    case 'Terminal':
      return rail.Terminal(part.label);
    case 'NonTerminal':
      return rail.NonTerminal(part.name, `#${part.name}`);
    case 'Alternation':
      return rail.Choice(0, ...part.definition.map(draw));
    case 'Option':
      return rail.Optional(inside());
    case 'Repetition':
      return rail.ZeroOrMore(inside());
    case 'RepetitionMandatory':
      return rail.OneOrMore(inside());
    case 'RepetitionWithSeparator':
      return rail.ZeroOrMore(inside(), draw(part.separator));
    case 'RepetitionMandatoryWithSeparator':
      return rail.OneOrMore(inside(), draw(part.separator));
    default:
      return inside();
  }
}

function sequence(parts) {
  return parts.length === 1 ? parts[0] : rail.Sequence(...parts);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(target, grammarPage());
