import { readFileSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { Diagnostics, PolicyError } from './diagnostics/diagnostic.js';
import { shownPath } from './diagnostics/shown-path.js';
import { Source } from './diagnostics/source.js';
import { lowerFile } from './ir/file.js';
import { type AttachedComment, documentOf, yamlComments } from './parse/document.js';
import { printDsl } from './parse/dsl/printer.js';
import { parseYaml } from './parse/yaml.js';
import { printYaml } from './parse/yaml-printer.js';

export type PolicySyntax = 'yaml' | 'capfence';

/** The syntax that a file's name says. */
export function syntaxOf(path: string): PolicySyntax {
  return extname(path) === '.capfence' ? 'capfence' : 'yaml';
}

/** A file in its own syntax or the other, comments kept. @throws PolicyError where it does not load. */
export async function formatFile(path: string, to: PolicySyntax): Promise<string> {
  return formatText(readFileSync(path, 'utf8'), shownPath(resolve(path)), to);
}

/** The same for a text. @param file Names it in messages, and by its ending its syntax. */
export async function formatText(text: string, file: string, to: PolicySyntax): Promise<string> {
  const diagnostics = new Diagnostics();
  const source = new Source(file, text);
  const isDsl = syntaxOf(file) === 'capfence';
  const root = isDsl
    ? (await import('./parse/dsl/index.js')).parseDsl(source, diagnostics)
    : parseYaml(source, diagnostics);
  if (root) lowerFile(root, diagnostics);
  if (!root || diagnostics.hasErrors) throw new PolicyError(diagnostics.list);
  const comments: readonly AttachedComment[] = isDsl
    ? (await import('./parse/dsl/index.js')).dslComments(text)
    : yamlComments(text);
  const document = documentOf(root, source, comments);
  return to === 'yaml' ? printYaml(document) : printDsl(document, basename(file, extname(file)));
}
