import type { Approval } from '../../runtime/approvals/approval.js';
import { approvalLine, renderApproval } from '../report/approval.js';
import type { Style } from '../report/style.js';
import { visible } from '../report/visible.js';
import { wrap } from '../report/wrap.js';

/** What the person who approves wants done. */
export type ApprovalAction =
  | { readonly kind: 'approve' | 'quit' }
  | { readonly kind: 'reject'; readonly why: string | undefined };

export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

/** As many requests stand above the one that is shown. */
const MAX_LISTED = 6;
const LEAST_ROWS = 8;

/**
 * What draws a screen, a string a row. Each row is cleared before it is written: behind a row that fills the terminal's
 * width the cursor stands on its last character, and an erase-to-end takes that away.
 */
export function paint(lines: readonly string[]): string {
  return lines.map((line, row) => `\x1b[${row + 1};1H\x1b[2K${line}`).join('');
}

/**
 * The screen of the person who approves: the waiting calls, and one of them in full. Only a key selects a request, and what
 * is selected stays so while others come and go: a key that is pressed twice, or late, never decides about another. A
 * request can't be approved before its end was on the screen.
 */
export class ApprovalScreen {
  private requests: readonly Approval[] = [];
  private selected: string | undefined;
  private top = 0;
  /** Requests whose last line was on the screen. */
  private readonly read = new Set<string>();
  /** The reason of a rejection, while it is typed. */
  private why: string | undefined;
  private message = '';
  /** Of the last drawing: lines that the request has, and rows for it. */
  private lines = 0;
  private rows = 1;

  constructor(private readonly style: Style) {}

  /** @param requests Those that wait now. */
  update(requests: readonly Approval[]): void {
    if (this.selected !== undefined && !requests.some(({ id }) => id === this.selected)) {
      this.message = `${this.selected} was decided elsewhere, withdrawn, or has expired`;
      this.why = undefined;
      this.select(undefined);
    }
    this.requests = requests;
  }

  /** The request that keys are about. */
  get current(): Approval | undefined {
    return this.requests.find(({ id }) => id === this.selected);
  }

  /** What came of an action. */
  say(message: string): void {
    this.message = message;
    this.select(undefined);
  }

  /** @returns what is to be done; undefined where the key only moved something. */
  press({ name, sequence, ctrl }: Key): ApprovalAction | undefined {
    if (ctrl && name === 'c') return { kind: 'quit' };
    if (this.why !== undefined) return this.type(name, sequence);
    this.message = '';
    switch (name) {
      case 'q':
        return { kind: 'quit' };
      case 'down':
      case 'j':
      case 'tab':
        this.move(1);
        return undefined;
      case 'up':
      case 'k':
        this.move(-1);
        return undefined;
      case 'return':
        if (!this.current) this.move(1);
        return undefined;
      case 'space':
      case 'pagedown':
        if (this.current) this.scroll(this.rows - 1);
        return undefined;
      case 'b':
      case 'pageup':
        this.scroll(1 - this.rows);
        return undefined;
      case 'end':
        this.scroll(this.lines);
        return undefined;
      case 'home':
        this.scroll(-this.lines);
        return undefined;
      case 'a':
        if (!this.current) return undefined;
        if (this.read.has(this.current.id)) return { kind: 'approve' };
        this.message = 'there is more of it below: space shows it, and then it can be approved';
        return undefined;
      case 'r':
        if (this.current) this.why = '';
        return undefined;
      default:
        return undefined;
    }
  }

  /** The whole screen, a string a row. */
  draw(now: number, columns: number, rows: number): string[] {
    const { style, current } = this;
    const title = `${this.requests.length} call${this.requests.length === 1 ? '' : 's'} waiting`;
    const head = [style.bold(`CapFence approvals: ${title}`)];
    const foot = this.foot();
    const index = this.requests.findIndex(({ id }) => id === this.selected);
    const first = Math.max(0, Math.min(index - MAX_LISTED + 2, this.requests.length - MAX_LISTED));
    const listed = rows < LEAST_ROWS ? [] : this.requests.slice(first, first + MAX_LISTED);
    const list = listed.map((request) => {
      const mark = request.id === this.selected ? '>' : ' ';
      return wrap(`${mark} ${approvalLine(request, now, style)}`, columns)[0] as string;
    });
    const more = this.requests.length - listed.length;
    if (list.length > 0 && more > 0) list.push(style.dim(`  and ${more} more`));
    const rule = style.dim('─'.repeat(columns));
    this.rows = Math.max(1, rows - head.length - list.length - foot.length - 2);
    const details = current
      ? renderApproval(current, now, style).flatMap((line) => wrap(line, columns))
      : [this.requests.length > 0 ? 'press ↓ to look at a request' : 'nothing waits for a person'];
    this.lines = details.length;
    this.top = Math.max(0, Math.min(this.top, details.length - this.rows));
    const page = details.slice(this.top, this.top + this.rows);
    const isEnd = this.top + this.rows >= details.length;
    if (current && isEnd) this.read.add(current.id);
    const below = details.length - this.top - page.length;
    const middle = below > 0 ? style.yellow(`── ${below} more line${below === 1 ? '' : 's'} below ──`) : rule;
    const filled = [...page, ...Array<string>(Math.max(0, this.rows - page.length)).fill('')];
    return [...head, ...list, rule, ...filled, middle, ...foot].map((line) => wrap(line, columns)[0] as string);
  }

  private foot(): string[] {
    if (this.why !== undefined) return [`Why? (Enter rejects, Esc goes back)  ${visible(this.why)}_`];
    const keys = 'a approve   r reject   ↑↓ another   space b scroll   q quit';
    return this.message === '' ? [keys] : [this.style.yellow(this.message), keys];
  }

  private type(name: string | undefined, sequence: string | undefined): ApprovalAction | undefined {
    const why = this.why ?? '';
    if (name === 'escape') this.why = undefined;
    else if (name === 'backspace') this.why = why.slice(0, -1);
    else if (name === 'return' || name === 'enter') {
      this.why = undefined;
      return { kind: 'reject', why: why.trim() === '' ? undefined : why.trim() };
    } else if (sequence !== undefined && /^[^\p{Cc}]+$/u.test(sequence)) this.why = why + sequence;
    return undefined;
  }

  private move(by: number): void {
    const index = this.requests.findIndex(({ id }) => id === this.selected);
    const next = this.requests[index < 0 ? 0 : Math.max(0, Math.min(index + by, this.requests.length - 1))];
    if (next && next.id !== this.selected) this.select(next.id);
  }

  private select(id: string | undefined): void {
    this.selected = id;
    this.top = 0;
  }

  private scroll(by: number): void {
    this.top = Math.max(0, this.top + by);
  }
}
