import { emitKeypressEvents } from 'node:readline';
import { type Approval, stateAt } from '../../../runtime/approvals/approval.js';
import type { ApprovalStore } from '../../../runtime/approvals/store.js';
import { type ApprovalAction, ApprovalScreen, type Key, paint } from '../../approvals/approval-screen.js';
import { type DecideOptions, decideRequest } from '../../approvals/decide-request.js';
import { addUser, type DeskFlags, serveDesk } from '../../approvals/desk/serve.js';
import { openStore } from '../../approvals/open-store.js';
import { approvalJson, approvalLine, renderApproval } from '../../report/approval.js';
import { styleFor } from '../../report/style.js';
import { visible } from '../../report/visible.js';
import { wrap } from '../../report/wrap.js';
import { CommandError, EXIT } from '../support/failure.js';

interface Options extends DecideOptions, DeskFlags {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly web?: boolean;
}

const LOOK_MS = 500;

/** `capfence approvals`: what waits for a person. */
export async function run([verb]: string[], options: Options): Promise<number> {
  if (verb !== undefined && verb !== 'list')
    throw new CommandError(`approvals takes list, not ${JSON.stringify(verb)}`);
  if (options.addUser !== undefined) return addUser(options.addUser, options.users);
  const stray = (['port', 'host', 'url', 'users'] as const).find((flag) => options[flag] !== undefined);
  if (options.web && (options.watch || options.all || options.json))
    throw new CommandError('--web is a page: it goes without --watch, --all and --json');
  if (stray !== undefined && !options.web) throw new CommandError(`--${stray} is for --web`);
  const store = await openStore(options.approvals);
  try {
    if (options.web) return await serveDesk(store, options);
    if (options.watch) return await watch(store, options);
    const all = await store.list();
    const now = Date.now();
    if (options.json) {
      process.stdout.write(`[${all.map((approval) => approvalJson(approval, now)).join(',\n')}]\n`);
      return EXIT.done;
    }
    const style = styleFor(process.stdout);
    const [waiting, others] = split(all, now);
    for (const approval of options.all ? others : []) process.stdout.write(`${approvalLine(approval, now, style)}\n`);
    for (const approval of waiting) process.stdout.write(`${renderApproval(approval, now, style).join('\n')}\n\n`);
    const rest = others.length > 0 && !options.all ? `; ${others.length} decided or over (--all)` : '';
    process.stderr.write(
      waiting.length === 0
        ? `nothing waits for a person${rest}\n`
        : `${waiting.length} waiting${rest}: capfence approve ID, or capfence reject ID --why TEXT\n`,
    );
    return EXIT.done;
  } finally {
    await store.close();
  }
}

function split(all: readonly Approval[], now: number): [waiting: Approval[], others: Approval[]] {
  const isWaiting = (approval: Approval) => stateAt(approval, now) === 'pending';
  return [all.filter(isWaiting), all.filter((approval) => !isWaiting(approval))];
}

/** The screen of the person who approves, until it is left. */
async function watch(store: ApprovalStore, options: Options): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) throw new CommandError('--watch needs a terminal; --json is for programs');
  const view = new ApprovalView(store, options);
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdout.write('\x1b[?1049h\x1b[?25l\x1b[?7l'); // Another page of the terminal, without its cursor and its own wrapping.
  const timer = setInterval(() => void view.look(), LOOK_MS);
  try {
    await view.look();
    await view.left();
  } finally {
    clearInterval(timer);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write('\x1b[?7h\x1b[?25h\x1b[?1049l');
  }
  return EXIT.done;
}

/** The screen on this process's terminal, over a store. */
class ApprovalView {
  private readonly screen = new ApprovalScreen(styleFor(process.stdout));
  private problem = '';
  private isBusy = false;

  constructor(
    private readonly store: ApprovalStore,
    private readonly options: Options,
  ) {}

  /** Looks at the store, and draws what there is. */
  async look(): Promise<void> {
    try {
      this.screen.update(split(await this.store.list(), Date.now())[0]);
      this.problem = '';
    } catch (error) {
      this.problem = `the requests can't be read: ${(error as Error).message}`;
    }
    this.draw();
  }

  /** Follows the keys until the screen is left. */
  left(): Promise<void> {
    const { stdin, stdout } = process;
    return new Promise((resolve) => {
      stdout.on('resize', () => this.draw());
      stdin.on('end', resolve);
      for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
      stdin.on('keypress', (_text: string | undefined, key: Key) => {
        if (this.isBusy) return; // What is typed meanwhile was meant for another screen.
        const action = this.screen.press(key);
        if (action?.kind === 'quit') return resolve();
        if (!action) return this.draw();
        this.isBusy = true;
        void this.act(action).finally(() => {
          this.isBusy = false;
        });
      });
    });
  }

  private async act(action: ApprovalAction): Promise<void> {
    const { current } = this.screen;
    if (action.kind === 'quit' || !current) return;
    const to = action.kind === 'approve' ? 'approved' : 'rejected';
    try {
      const why = action.kind === 'reject' ? action.why : undefined;
      const decided = await decideRequest(this.store, current.id, to, { ...this.options, why });
      this.screen.say(typeof decided === 'string' ? decided : `${to} ${current.id}`);
    } catch (error) {
      this.screen.say((error as Error).message);
    }
    await this.look();
  }

  private draw(): void {
    const { stdout } = process;
    const lines = this.screen.draw(Date.now(), stdout.columns, stdout.rows - (this.problem ? 1 : 0));
    const first = this.problem ? wrap(visible(this.problem), stdout.columns).slice(0, 1) : [];
    stdout.write(paint([...first, ...lines]));
  }
}
