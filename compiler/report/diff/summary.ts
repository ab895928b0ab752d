import { type DiffReport, keptNoMore } from '../../diff.js';

/** The verdict on a change of policy, in a sentence. */
export function summaryOf(report: DiffReport): string {
  const lost = keptNoMore(report).length;
  const promises = lost === 0 ? '' : ` ${lost} ${lost === 1 ? 'promise is' : 'promises are'} kept no more.`;
  return `${verdictOf(report)}${promises}`;
}

function verdictOf({ equivalent, widened, changes, settings, notAnalysed }: DiffReport): string {
  if (equivalent) return 'The policies are equivalent: no call is decided otherwise.';
  const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}${settings.length > 0 ? ' and a setting' : ''}`;
  const open = notAnalysed.length > 0 ? '; not everything could be analysed' : '';
  if (changes.length + settings.length === 0) return `No change was found${open}.`;
  return widened ? `The policy is widened: ${count}${open}.` : `The policy is only tightened: ${count}${open}.`;
}
