import { shown } from '../text/escape.js';
import { nodeCrypto } from '../text/sha256.js';
import type { Approval } from './approval.js';

/** As much of the arguments as stands in the text; the member `arguments` has all of them. */
const MAX_SHOWN = 1000;

/**
 * What a person elsewhere is told of a new request, as JSON: `text` for chats that show that member (Slack, Mattermost,
 * Teams workflows, Google Chat), and the request's own members for programs.
 *
 * @param hasArguments With its arguments, masked where the gateway masks them. @param url Of the page to decide on.
 */
export function noticeOf(approval: Approval, hasArguments: boolean, url?: string): string {
  const { id, agent, tool, capability, rule, reason, expires, arguments: args } = approval;
  const inChat = (text: string) => withoutMarkup(shown(text));
  const cut = args.length > MAX_SHOWN ? ` … and ${args.length - MAX_SHOWN} characters more` : '';
  const given = hasArguments ? ` Arguments: ${withoutMarkup(shown(args.slice(0, MAX_SHOWN)))}${cut}` : '';
  const text =
    `${inChat(agent)} asks to call ${inChat(tool)} (${inChat(capability)}); ${inChat(rule)}: ${inChat(reason)}.${given} ` +
    `Until ${expires}: ${url === undefined ? '' : `${url} , or `}capfence approve ${id}, or capfence reject ${id}`;
  const members = JSON.stringify({ text, id, agent, tool, capability, rule, reason, expires, url });
  // Numbers stay as they were spelled.
  return hasArguments ? `${members.slice(0, -1)},"arguments":${args}}` : members;
}

/**
 * What `X-CapFence-Signature` holds: HMAC-SHA256 of time, a dot and the body, so that a copy sent later is seen as such.
 *
 * @param time Seconds since 1970.
 */
export function noticeSignature(body: string, secret: string, time: number): string {
  const mac = nodeCrypto().createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return `t=${time},v1=${mac}`;
}

/** A chat would make bold text, links and calls to everybody of these, and each chat has its own way to escape them. */
function withoutMarkup(text: string): string {
  return text
    .replace(/[&<>]/g, (character) => ENTITIES[character] as string)
    .replace(/[*`~[\]@#|!]/g, (character) => ALIKE[character] as string)
    .replace(/:/g, '\u2236')
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}\u2024`)
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\uff3f');
}

/** Slack asks for these three, and the others read them. */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Characters that look alike and mean nothing. */
const ALIKE: Readonly<Record<string, string>> = {
  '*': '\u2217',
  '`': '\u02cb',
  '~': '\u223c',
  '[': '\uff3b',
  ']': '\uff3d',
  '@': '\uff20',
  '#': '\uff03',
  '|': '\uff5c',
  '!': '\uff01',
};
