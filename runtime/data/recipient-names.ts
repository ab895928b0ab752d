/**
 * Which arguments hold recipients when a mapping names no selector: one table, read by the reference interpreter and by the
 * runtime alike.
 */

/** A name is one of recipients when its last camel, snake or kebab word, in any case, is one of these. */
export const RECIPIENT_WORDS: ReadonlySet<string> = new Set(
  (
    'to cc bcc recipient email mailto attendee invitee ' + 'tos ccs bccs recipients emails mailtos attendees invitees'
  ).split(' '),
);

/** … or when its whole name, in lower case without `_` and `-`, is one of these. */
export const RECIPIENT_NAMES: ReadonlySet<string> = new Set(
  (
    'replyto torecipient ccrecipient bccrecipient torecipients ccrecipients bccrecipients toemail ccemail bccemail toemails ' +
    'ccemails bccemails toaddress toaddresses ccaddress ccaddresses bccaddress bccaddresses emailaddress emailaddresses ' +
    'sendto emailto'
  ).split(' '),
);

/** A longer list, or more of them, is more than a call means: beyond, recipients are unknown. */
export const MAX_RECIPIENTS_TEXT = 1 << 16;
export const MAX_RECIPIENTS = 1 << 10;
