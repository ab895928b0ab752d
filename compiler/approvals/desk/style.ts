/** The page's style sheet: readable without colours, in the dark and on a phone. */
export const DESK_STYLE = `
:root { color-scheme: light dark; --ink: #1c2330; --paper: #fff; --line: #c9cfda; --soft: #f3f5f9; --dim: #566173;
  --red: #b3261e; --yellow: #855700; --green: #14713d; --blue: #1f5fbf; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --paper: #12161e; --line: #3a4252; --soft: #1b212c; --dim: #9aa5b8;
  --red: #ff8a80; --yellow: #ffc14d; --green: #6fdd9c; --blue: #8ab4ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem 1rem 7rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h4 { margin: 1rem 0 .25rem; font-size: 1rem; }
.narrow { max-width: 24rem; margin: 3rem auto; }
.dim { color: var(--dim); } .bold { font-weight: 700; } .red { color: var(--red); } .yellow { color: var(--yellow); }
.green { color: var(--green); } .blue { color: var(--blue); }
/* Letters of scripts that run the other way stay where they stand in the text. */
.code, pre { font: .9rem/1.45 ui-monospace, monospace; direction: ltr; unicode-bidi: bidi-override; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { margin: 0; padding: .6rem .7rem; background: var(--soft); border: 1px solid var(--line); border-radius: .4rem; }
details.request { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; }
details.request > summary { padding: .7rem .8rem .7rem 2rem; text-indent: -1.2rem; cursor: pointer; }
details.request > summary > * { text-indent: 0; }
details.request[open] > summary { border-bottom: 1px solid var(--line); }
details.request > .body { padding: .5rem .8rem .8rem; }
.left, .gone { color: var(--dim); display: block; } .given { display: block; }
details.over > summary b { font-weight: 400; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .3rem 0; } dt { color: var(--dim); } dd { margin: 0; }
.end { color: var(--dim); text-align: center; margin: .4rem 0 1rem; }
.decide { display: grid; gap: 1rem; } .decide form, #sign-in { display: grid; gap: .4rem; justify-items: start; }
.outcome { min-height: 2.6rem; font-weight: 600; }
input:not([type=checkbox]), select { font: inherit; width: 100%; max-width: 32rem; padding: .5rem; color: inherit; background: var(--soft);
  border: 1px solid var(--dim); border-radius: .4rem; }
input.code { font: .9rem/1.45 ui-monospace, monospace; }
fieldset { border: 1px solid var(--line); border-radius: .4rem; width: 100%; max-width: 32rem; } .check { display: block; padding: .3rem 0; }
input[type=checkbox] { width: 1.2rem; height: 1.2rem; vertical-align: text-bottom; }
button { font: inherit; min-height: 2.75rem; padding: .3rem 1.1rem; border: 1px solid var(--dim); border-radius: .4rem; background: var(--soft);
  color: inherit; cursor: pointer; }
button.yes { border-color: var(--green); color: var(--green); font-weight: 600; } button.no { border-color: var(--red); color: var(--red); font-weight: 600; }
button:disabled, fieldset:disabled { opacity: .6; cursor: default; }
summary { min-height: 1.5rem; } .grant > summary { padding: .5rem 0; cursor: pointer; }
#problem:not(:empty) { border: 2px solid var(--red); border-radius: .4rem; padding: .5rem .8rem; }
#said { position: fixed; left: 0; right: 0; bottom: 0; padding: 0 1rem; background: var(--paper); } #said p { max-width: 62rem; margin: .5rem auto; }
#said:has(p:not(:empty)) { border-top: 2px solid var(--line); }
#grants { list-style: none; padding: 0; display: grid; gap: .6rem; } #grants li { display: grid; gap: .3rem; justify-items: start; } #grants pre { width: 100%; }
[hidden] { display: none !important; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
footer { margin-top: 3rem; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } button { width: 100%; } }
@media (forced-colors: active) { button { border: 2px solid ButtonText; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
