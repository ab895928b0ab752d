/** A policy in which each kind of fact decides something: a wrong reading of any of them lets something through. */
export const POLICY = `
deny:
  - filesystem.delete
  - shell.execute
  - { capability: filesystem.write, path_prefix: /etc }
  - { capability: payments.transfer, amount_gt: 100 }
  - { capability: database.execute, contains: drop table }
require_approval:
  - { capability: filesystem.write, path_prefix: /data/prod }
allow:
  - { capability: filesystem.read, path_prefix: /data }
  - { capability: filesystem.write, path_prefix: /data/staging }
  - { capability: payments.transfer, amount_lte: 100 }
  - { capability: database.execute, contains: select }
tools:
  transfer: { capability: payments.transfer, amounts: [amount] }
  query: { capability: database.execute, text: [sql] }
`;
