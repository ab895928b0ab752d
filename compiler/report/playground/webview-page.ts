import type { Html } from '../html.js';
import { PLAYGROUND_STYLE } from './style.js';

/** The page of an editor's view: its colours are the editor's; it loads nothing, and runs its own script alone. */
export function webviewPage({ text }: Html, script: string, nonce: string): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>Try a call</title>
<style>${COLOURS}${PLAYGROUND_STYLE}</style></head><body>${text}<script nonce="${nonce}">${script.replace(/<(?=\/?script|!--)/gi, '\\x3c')}</script></body></html>`;
}

const COLOURS = `
:root { --ink: var(--vscode-foreground); --paper: var(--vscode-editor-background); --line: var(--vscode-panel-border, #8884);
  --soft: var(--vscode-input-background); --dim: var(--vscode-descriptionForeground);
  --deny: var(--vscode-errorForeground); --ask: var(--vscode-charts-orange); --warn: var(--vscode-charts-yellow); --allow: var(--vscode-charts-green); }
* { box-sizing: border-box; }
body { padding: 1rem; color: var(--ink); font: var(--vscode-font-size)/1.5 var(--vscode-font-family); overflow-wrap: anywhere; }
.dim { color: var(--dim); } :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
`;
