// Runs in the reader's browser: decides the call that is typed, by the compiled policy itself.
import { bind, manifest } from 'capfence:policy';

const $ = (id) => document.getElementById(id);
const WORDS = {
  deny: 'denied',
  require_approval: 'a person is asked',
  warn: 'allowed, with a warning',
  allow: 'allowed',
};

function context() {
  const pairs = $('context')
    .value.split(/[\s,]+/)
    .filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, ...value] = pair.split('=');
      return [key, value.join('=')];
    }),
  );
}

function show() {
  const out = $('verdict');
  out.className = '';
  try {
    const roots = $('root').value.trim() === '' ? [] : [$('root').value.trim()];
    const decide = bind({ agent: 'mcp-agent', ...context() }, { home: '/home/me', platform: 'linux', roots });
    const args = JSON.parse($('args').value || '{}');
    if (args === null || typeof args !== 'object' || Array.isArray(args))
      throw new Error('the arguments are a JSON object');
    const tool = $('tool').value;
    const { decision, reason, capability, rule } = decide(tool, args);
    const found = manifest.rules[rule];
    const unknown = decide.unknown(tool, args);
    out.className = decision;
    out.textContent = [
      WORDS[decision],
      `reason ${reason}, as ${capability}`,
      found ? `by ${found.id}, ${found.file}:${found.line}` : 'by default: no rule matches',
      ...(unknown.length > 0 ? [`unknown: ${unknown.join(', ')}`] : []),
    ].join('\n');
  } catch (error) {
    out.textContent = error.message;
  }
}

for (const id of ['tool', 'args', 'context', 'root']) $(id).addEventListener('input', show);
for (const button of document.querySelectorAll('button[data-call]')) {
  button.addEventListener('click', () => {
    const { tool, args, context: given } = JSON.parse(button.dataset.call);
    $('tool').value = tool;
    $('args').value = JSON.stringify(args);
    $('context').value = Object.entries(given)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ');
    show();
    $('live').scrollIntoView({ behavior: 'smooth' });
    $('tool').focus();
  });
}
show();
