/** How the place to try calls looks, in the colours of the page that it is in. */
export const PLAYGROUND_STYLE = `
.playground { display: grid; gap: .6rem; } .playground label { display: grid; gap: .2rem; color: var(--dim); }
.playground code, .playground textarea, .playground input, .playground pre { font: .9rem/1.45 ui-monospace, monospace; }
.playground input, .playground textarea, .playground select { width: 100%; padding: .5rem; color: var(--ink); background: var(--soft);
  border: 1px solid var(--line); border-radius: .4rem; }
.playground button { font: inherit; padding: .2rem .7rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--soft);
  color: inherit; cursor: pointer; justify-self: start; }
.playground [class~=deny] { color: var(--deny); } .playground [class~=require_approval] { color: var(--ask); }
.playground [class~=warn] { color: var(--warn); } .playground [class~=allow] { color: var(--allow); }
#verdict { white-space: pre-wrap; margin: 0; padding: .8rem; border: 2px solid currentColor; border-radius: .4rem; min-height: 6.5rem; font-size: 1rem; }
#verdict a { color: inherit; }
#before { margin: 0; padding-left: 1.6rem; } #before:empty { display: none; } #before li { padding: .3rem 0; }
#before select, #before input { width: auto; padding: .15rem .3rem; } #before input { max-width: 5rem; }
#before label { display: inline; } #before p { margin: .1rem 0 0; color: var(--dim); }
.rules { list-style: none; margin: 0; padding: 0; } .rules > li { padding: .4rem .6rem; border-left: 3px solid var(--line); margin: .3rem 0; }
.rules > li.matches { border-color: currentColor; } .rules table { width: 100%; min-width: 0; margin-top: .2rem; border-collapse: collapse; color: var(--ink); }
.rules td { border: 0; padding: .1rem .4rem; vertical-align: top; text-align: left; overflow-wrap: anywhere; } .rules td:first-child { width: 6.5rem; font-weight: 600; white-space: nowrap; }
.rules .found { display: block; color: var(--dim); }
.truth-true { color: var(--allow); } .truth-unknown { color: var(--ask); } .truth-false { color: var(--dim); }
#case { white-space: pre-wrap; user-select: all; margin: .4rem 0; }
@media (min-width: 48rem) { .playground .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } }
@media (max-width: 47.99rem) { .playground .pair { display: grid; gap: .6rem; } }
`;
