import { MAX_RECIPIENTS, MAX_RECIPIENTS_TEXT, RECIPIENT_NAMES, RECIPIENT_WORDS } from '../../data/recipient-names.js';
import { foldKey, lastWord } from '../paths/path-key.js';
import { addressList, type MailAddress, plainAddress } from '../recipients/address-list.js';
import type { Facts } from './facts.js';
import { ValueCollector } from './value-collector.js';

/** The recipients of one capability use. @internal */
export class RecipientFact extends ValueCollector {
  readonly values: MailAddress[] = [];
  /** Addresses so far, and what is none. */
  private read = 0;
  /** Strings that were looked at because they might be an address. */
  private looks = 0;

  constructor(f: Facts) {
    super();
    const { recipients, noneIfAbsent } = f.selectors;
    this.gather(f.args, recipients);
    const isNothing = this.values.length === 0 && recipients === undefined && !noneIfAbsent;
    if (isNothing || f.isOpen(recipients === undefined)) this.isUnknown = true;
  }

  protected takes(key: string): boolean {
    return RECIPIENT_WORDS.has(lastWord(key)) || RECIPIENT_NAMES.has(foldKey(key));
  }

  protected add(value: unknown): void {
    if (typeof value !== 'string') this.isUnknown = true;
    else if (value.length > MAX_RECIPIENTS_TEXT || this.read >= MAX_RECIPIENTS) this.cut();
    else for (const address of addressList(value)) this.push(address);
  }

  protected override loose(text: string): void {
    if (text.length <= MAX_ADDRESS && text.includes('@')) {
      // To find that something is no address takes time as well.
      if (++this.looks > MAX_RECIPIENTS) {
        this.cut();
        return;
      }
      const address = plainAddress(text);
      if (address) this.push(address);
    }
  }

  private push(address: MailAddress | undefined): void {
    if (++this.read > MAX_RECIPIENTS) this.cut();
    else if (address === undefined) this.isUnknown = true;
    else this.values.push(address);
  }
}

/** Octets of an address (RFC 5321 section 4.5.3.1.3), and some. */
const MAX_ADDRESS = 320;

/** The recipients of a call, read when a condition first asks. */
export function recipientFact(f: Facts): RecipientFact {
  return f.once(RECIPIENTS, () => new RecipientFact(f));
}

const RECIPIENTS = 3;
