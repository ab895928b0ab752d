import { grantState } from '../../../runtime/approvals/grant.js';
import { openStore } from '../../approvals/open-store.js';
import { grantJson, grantLines } from '../../report/grant.js';
import { styleFor } from '../../report/style.js';
import { EXIT } from '../support/failure.js';

interface Options {
  readonly approvals?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `capfence grants`: what people have granted beyond single calls. */
export async function run(_args: string[], options: Options): Promise<number> {
  const store = await openStore(options.approvals);
  try {
    const all = await store.grants.list();
    const now = Date.now();
    if (options.json) {
      process.stdout.write(`[${all.map((grant) => grantJson(grant, now)).join(',\n')}]\n`);
      return EXIT.done;
    }
    const style = styleFor(process.stdout);
    const active = all.filter((grant) => grantState(grant, now) === 'active');
    for (const grant of options.all ? all : active)
      process.stdout.write(`${grantLines(grant, now, style).join('\n')}\n\n`);
    const over = all.length - active.length;
    const rest = over > 0 && !options.all ? `; ${over} over (--all)` : '';
    process.stderr.write(
      active.length === 0
        ? `nothing is granted${rest}\n`
        : `${active.length} granted${rest}: capfence revoke ID takes one back\n`,
    );
    return EXIT.done;
  } finally {
    await store.close();
  }
}
