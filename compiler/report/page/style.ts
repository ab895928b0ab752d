/** The page's style sheet: readable without colours, in the dark and on a phone. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2330; --paper: #fff; --line: #d5dae3; --soft: #f3f5f9; --dim: #5a6577;
  --deny: #b3261e; --ask: #8a5a00; --warn: #6b5b00; --allow: #14713d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --paper: #12161e; --line: #323a48; --soft: #1b212c; --dim: #9aa5b8;
  --deny: #ff8a80; --ask: #ffc14d; --warn: #e6d35a; --allow: #6fdd9c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
p.dim, .dim { color: var(--dim); } nav a { margin-right: 1rem; }
a { color: inherit; } code, textarea, input, pre { font: .9rem/1.45 ui-monospace, monospace; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; }
table { border-collapse: collapse; width: 100%; min-width: 44rem; } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: break-word; } thead th { background: var(--soft); position: sticky; top: 0; }
tbody tr:last-child > * { border-bottom: 0; } th .dim { font-weight: 400; } th code { font-weight: 600; white-space: nowrap; }
table.sentences { min-width: 0; } .sentences th code { white-space: normal; overflow-wrap: anywhere; } .sentences tbody th { font-weight: 400; }
td.on { background: var(--soft); } td span { display: block; }
.deny { color: var(--deny); } .require_approval { color: var(--ask); } .warn { color: var(--warn); } .allow { color: var(--allow); }
ul.tree, ul.tree ul { list-style: none; margin: 0; padding-left: 1.2rem; border-left: 2px solid var(--line); }
ul.tree { border: 0; padding-left: 0; } .tree b { font-weight: 600; }
.finding { border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .8rem; margin: .6rem 0; }
button { font: inherit; padding: .2rem .7rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--soft); color: inherit; cursor: pointer; }
:focus-visible { outline: 3px solid #4c8dff; outline-offset: 2px; }
@media (max-width: 32rem) { .matrix, .matrix tbody, .matrix tr, .matrix th, .matrix td { display: block; min-width: 0; } .matrix thead { display: none; }
  .matrix td:empty { display: none; } .matrix td::before { content: attr(data-label) ": "; font-weight: 600; } .matrix tbody th { border: 0; padding-bottom: 0; } }
@media print { nav, #live, .playground, button { display: none; } .scroll { overflow: visible; } }
`;
