import type { ClassifiedTool } from './classify.js';

/**
 * What a policy may say of the past, as comments to uncomment: limits, and labels for what was read from strangers and for what is
 * secret, so that it doesn't leave.
 */
export function scaffoldNotes(tools: readonly ClassifiedTool[]): string[] {
  const capabilities = (wanted: (one: ClassifiedTool, action: string) => boolean): string[] => [
    ...new Set(
      tools.flatMap((one) =>
        one.uses
          .filter(({ capability }) => wanted(one, capability.split('.').at(-1) ?? ''))
          .map(({ capability }) => capability),
      ),
    ),
  ];
  const strange = capabilities((one, action) => action === 'fetch' || (action === 'read' && one.bringsStrange)).slice(
    0,
    MOST,
  );
  const secret = capabilities(
    (one, action) => action === 'read' && (one.showsSecrets || one.kinds.length > 0 || isFiles(one)),
  ).slice(0, MOST);
  const leaving = capabilities((_one, action) => action === 'send' || action === 'fetch').slice(0, MOST);
  const lost = capabilities((_one, action) => action === 'delete').slice(0, MOST);
  const limits = [
    '#   - { id: calls, capability: "*", max: 120, per: 1m, over: require_approval }',
    ...lost.map((capability, i) => `#   - { id: deletes_${i + 1}, capability: ${capability}, max: 5, per: 1h }`),
    ...leaving.map(
      (capability, i) =>
        `#   - { id: leaves_${i + 1}, capability: ${capability}, max: 30, per: 1h, over: require_approval }`,
    ),
  ];
  const marks = [
    ...strange.map((capability) => `#   - { label: untrusted, capability: ${capability} }`),
    ...secret.map((capability) => `#   - { label: secret, capability: ${capability} }`),
  ];
  const effects = [
    ...(secret.length > 0
      ? leaving.map((capability) => `#   - { capability: ${capability}, after: secret, reason: secret_may_leave }`)
      : []),
    ...(strange.length > 0
      ? lost.map(
          (capability) => `#   - { capability: ${capability}, after: untrusted, reason: after_untrusted_content }`,
        )
      : []),
  ];
  return [
    '# What a loop or an agent that runs away may do (docs/history.md). Uncomment what fits.',
    '# limits:',
    ...limits,
    ...(marks.length === 0
      ? []
      : [
          '',
          '# What was read from strangers may hold instructions, and what is secret may leave with the next call. Uncomment the marks, and',
          '# add rules that ask for them to the sections above.',
          ...(effects.length > 0 ? ['# To require_approval, such as:', ...effects] : []),
          '# mark:',
          ...marks,
        ]),
  ];
}

/** More of them would hide what they are for. */
const MOST = 4;

function isFiles({ uses }: ClassifiedTool): boolean {
  return uses.some(({ capability }) => capability === 'filesystem.read');
}
