/**
 * The methods of every MCP revision from 2024-11-05 to 2026-07-28, by who sends them. A request whose method is in no
 * revision is refused unless the policy maps it; a notification of no revision too.
 */
export const CLIENT_REQUESTS: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'completion/complete',
  'logging/setLevel',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'tools/call',
  'tools/list',
  // 2025-11-25
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/cancel',
  // 2026-07-28
  'server/discover',
  'subscriptions/listen',
  'tasks/update',
]);

export const CLIENT_NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'notifications/tasks/status',
]);

/** Server → client methods: a policy that maps one of these has misunderstood the direction. */
export const SERVER_METHODS: ReadonlySet<string> = new Set([
  'sampling/createMessage',
  'roots/list',
  'elicitation/create',
  'notifications/message',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/elicitation/complete',
  'notifications/subscriptions/acknowledged',
]);

/** Requests that a session can't do without: nobody writes a rule about them. */
const HOUSEKEEPING: ReadonlySet<string> = new Set(['initialize', 'ping', 'tools/call', 'logging/setLevel']);

/** Is a request that nothing maps a use of `mcp.METHOD`? */
export function isJudgedRequest(method: string): boolean {
  return CLIENT_REQUESTS.has(method) && !HOUSEKEEPING.has(method) && !method.endsWith('/list');
}

/** The methods whose parameters can name a `file:` URI, and where (RFC 6901 pointers into `params`). */
export const URI_METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  ['resources/read', ['/uri']],
  ['resources/subscribe', ['/uri']],
  ['subscriptions/listen', ['/notifications/resourceSubscriptions/*']],
  ['completion/complete', ['/ref/uri']],
]);
