// Turns docs/diagnostics/CFnnn.md into compiler/diagnostics/messages.ts: one typed function a code. Run by the build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pages = fileURLToPath(new URL('../docs/diagnostics/', import.meta.url));
const target = fileURLToPath(new URL('../compiler/diagnostics/messages.ts', import.meta.url));

export function writeMessages() {
  const codes = readdirSync(pages)
    .filter((name) => /^CF\d{3}\.md$/.test(name))
    .sort();
  const functions = codes.map((name) => render(name.slice(0, -3), readFileSync(pages + name, 'utf8')));
  const text = [
    '// Made from docs/diagnostics by scripts/messages.mjs. Edit the pages, not this file.',
    "import type { Message } from './diagnostic.js';",
    ...functions,
    '',
  ].join('\n\n');
  if (!same(target, text)) writeFileSync(target, text);
}

function render(code, page) {
  const title = /^# (CF\d{3}): (.+)$/m.exec(page);
  const severity = /^Severity: (error|warning|note)$/m.exec(page)?.[1];
  const message = /^Message: (.+)$/m.exec(page)?.[1];
  const help = /^Help: (.+)$/m.exec(page)?.[1];
  if (!title || title[1] !== code || !severity || !message)
    throw new Error(`docs/diagnostics/${code}.md is not of the form`);
  const names = [...new Set([...`${message} ${help ?? ''}`.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))];
  const shape = names.map((name) => `${name}: string | number`).join('; ');
  const parameter = names.length > 0 ? `p: { ${shape} }` : '';
  // A help line that is only a hint, left empty by the caller, is no help line.
  const optional = help && /^\{\w+\}$/.test(help);
  const helpPart = !help
    ? ''
    : optional
      ? `, ...(${field(help)} !== '' && { help: String(${field(help)}) })`
      : `, help: ${template(help)}`;
  return [
    `/** ${title[2]}. */`,
    `export const ${code} = (${parameter}): Message =>`,
    `  ({ code: '${code}', severity: '${severity}', message: ${template(message)}${helpPart} });`,
  ].join('\n');
}

const field = (text) => `p.${text.slice(1, -1)}`;

function template(text) {
  const escaped = text.replace(/[`\\]|\$(?=\{)/g, '\\$&').replace(/\{(\w+)\}/g, (_, name) => `\${p.${name}}`);
  return `\`${escaped}\``;
}

function same(file, text) {
  try {
    return readFileSync(file, 'utf8') === text;
  } catch {
    return false;
  }
}
