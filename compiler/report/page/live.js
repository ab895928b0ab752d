// Runs in the reader's browser: judges the call that is typed by the policy that the page is about.
import policy from 'capfence:policy';
import { pastProblem } from '../../fixtures/given-past.js';
import { tryCall } from '../../interpret/try-calls.js';
import { playground } from '../playground/view.js';

const view = playground(({ roots = [], ...call }) => {
  const problem = call.history && pastProblem(policy, call.history);
  if (problem !== undefined) throw new Error(problem);
  const tried = tryCall(policy, call, { home: '/home/me', platform: 'linux', roots });
  if (typeof tried === 'string') throw new Error(tried);
  return tried;
});
for (const button of document.querySelectorAll('button[data-call]')) {
  button.addEventListener('click', () => {
    view.put(JSON.parse(button.dataset.call));
    document.getElementById('live').scrollIntoView({ behavior: 'smooth' });
  });
}
