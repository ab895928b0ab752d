// Runs in the view of the editor: its calls are judged by the language server, on the policy as it stands there.
import { playground } from '../../compiler/report/playground/view.js';

const editor = acquireVsCodeApi();
const waiting = new Map();
let next = 1;

const view = playground(
  (call) =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      editor.postMessage({ id, call });
    }),
  (rule) => editor.postMessage({ open: rule }),
);
addEventListener('message', ({ data: { id, tried, problem, changed } }) => {
  if (changed) return view.show();
  const one = waiting.get(id);
  waiting.delete(id);
  if (problem === undefined) one?.resolve(tried);
  else one?.reject(new Error(problem));
});
