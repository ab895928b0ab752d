import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkPolicy } from '../../../compiler/analyse/findings/check.js';
import { checkTogether } from '../../../compiler/check.js';
import { loadPolicySync, loadPolicyText } from '../../../compiler/ir/load.js';
import { temporaryFolder } from '../../support/folder.js';

/*
 * What people meant, and what they wrote: each sentence with the rules that say it and rules that nearly do. The check
 * finds the latter, given the sentence as a promise, and lets the former be.
 */

interface Mistake {
  /** What is meant, and what went wrong. */
  readonly meant: string;
  readonly mistake: string;
  readonly prove: string;
  readonly right: string;
  readonly wrong: string;
  /** The tools of the calls that show it, the last one that which is decided as it should not be. */
  readonly shownBy: string;
}

const TOOLS = `
tools:
  rd: { capability: filesystem.read, paths: [path] }
  wr: { capability: filesystem.write, paths: [path] }
  rm: { capability: filesystem.delete, paths: [path] }
  send: { capability: mail.send, recipients: [to] }
  get: { capability: web.read, urls: [url] }
  post: { capability: web.send, urls: [url] }
  pay: { capability: payments.send, amounts: [amount] }
  sh: { capability: shell.run, commands: [command] }
  sql: { capability: database.query, sql: [sql] }
  trade: trades.execute
  price: prices.read
  profile: clients.read
  update: clients.update
  test: ci.test
  review: review.approve
  deploy: deploy.production
  seen: adviser.seen
  book: accounts.write
  login: session.start
  logout: session.end
  export: data.export
  anonymise: data.anonymise
`;

const MISTAKES: readonly Mistake[] = [
  {
    meant: 'fifteen minutes after the adviser was last seen, write access ends',
    mistake: 'the condition is inverted',
    prove: '{ never: { allow: accounts.write, not: { after: { label: present, within: 15m } } } }',
    right: `mark: [{ label: present, capability: adviser.seen }]
allow: [adviser, { capability: accounts.write, after: { label: present, within: 15m } }]`,
    wrong: `mark: [{ label: present, capability: adviser.seen }]
allow: [adviser, { capability: accounts.write, not: { after: { label: present, within: 15m } } }]`,
    shownBy: 'book',
  },
  {
    meant: 'a trade needs a fresh price and the profile of the client',
    mistake: 'one of both is enough',
    prove:
      '{ never: { allow: trades.execute, any: [{ not: { after: { label: priced, within: 5m } } }, { not: { after: profiled } }] } }',
    right: `mark: [{ label: priced, capability: prices.read }, { label: profiled, capability: clients.read }]
allow: [prices, clients, { capability: trades.execute, all: [{ after: { label: priced, within: 5m } }, { after: profiled }] }]`,
    wrong: `mark: [{ label: priced, capability: prices.read }, { label: profiled, capability: clients.read }]
allow: [prices, clients, { capability: trades.execute, any: [{ after: { label: priced, within: 5m } }, { after: profiled }] }]`,
    shownBy: 'price trade',
  },
  {
    meant: 'a trade needs a price of the last five minutes',
    mistake: 'the window is too long',
    prove: '{ never: { allow: trades.execute, not: { after: { label: priced, within: 5m } } } }',
    right: `mark: [{ label: priced, capability: prices.read }]
allow: [prices, { capability: trades.execute, after: { label: priced, within: 5m } }]`,
    wrong: `mark: [{ label: priced, capability: prices.read }]
allow: [prices, { capability: trades.execute, after: { label: priced, within: 5h } }]`,
    shownBy: 'price trade',
  },
  {
    meant: 'a trade needs a price of the last five minutes',
    mistake: 'there is no window',
    prove: '{ never: { allow: trades.execute, not: { after: { label: priced, within: 5m } } } }',
    right: `mark: [{ label: priced, capability: prices.read }]
allow: [prices, { capability: trades.execute, after: { label: priced, within: 4m } }]`,
    wrong: `mark: [{ label: priced, capability: prices.read }]
allow: [prices, { capability: trades.execute, after: priced }]`,
    shownBy: 'price trade',
  },
  {
    meant: 'after a secret was read nothing is mailed',
    mistake: 'the label is set by another capability',
    prove: '{ never: { allow: mail.send, after: touched } }',
    right: `mark: [{ label: touched, capability: filesystem.read, path_prefix: /secrets }]
deny: [{ capability: mail, after: touched }]
allow: [filesystem.read, mail]`,
    wrong: `mark: [{ label: touched, capability: filesystem.read, path_prefix: /secrets }, { label: seen, capability: filesystem.write }]
deny: [{ capability: mail, after: seen }]
allow: [filesystem, mail]`,
    shownBy: 'rd send',
  },
  {
    meant: 'after a secret was read nothing leaves',
    mistake: 'one way out is forgotten',
    prove: '{ never: { allow: web.send, after: secret } }',
    right: `mark: [{ label: secret, capability: filesystem.read, path_prefix: /secrets }]
deny: [{ capability: mail, after: secret }, { capability: web, after: secret }]
allow: [filesystem.read, mail, web]`,
    wrong: `mark: [{ label: secret, capability: filesystem.read, path_prefix: /secrets }]
deny: [{ capability: mail, after: secret }]
allow: [filesystem.read, mail, web]`,
    shownBy: 'rd post',
  },
  {
    meant: 'after a secret was read nothing leaves',
    mistake: 'the denial looks back an hour only',
    prove: '{ never: { allow: mail.send, after: secret } }',
    right: `mark: [{ label: secret, capability: filesystem.read, path_prefix: /secrets }]
deny: [{ capability: mail, after: secret }]
allow: [filesystem.read, mail]`,
    wrong: `mark: [{ label: secret, capability: filesystem.read, path_prefix: /secrets }]
deny: [{ capability: mail, after: { label: secret, within: 1h } }]
allow: [filesystem.read, mail]`,
    shownBy: 'rd send',
  },
  {
    meant: 'after a secret was read a person sees every mail',
    mistake: 'it only warns',
    prove: '{ never: { allow: mail.send, after: secret } }',
    right: `mark: [{ label: secret, capability: filesystem.read, path_prefix: /secrets }]
require_approval: [{ capability: mail, after: secret }]
allow: [filesystem.read, mail]`,
    wrong: `mark: [{ label: secret, capability: filesystem.read, path_prefix: /secrets }]
warn: [{ capability: mail, after: secret }]
allow: [filesystem.read, mail]`,
    shownBy: 'rd send',
  },
  {
    meant: 'what was read from the web never reaches a shell unseen',
    mistake: 'a call clears the label that any agent can make',
    prove: '{ never: { allow: shell.run, after: untrusted } }',
    right: `mark: [{ label: untrusted, capability: web.read }]
deny: [{ capability: shell, after: untrusted }]
allow: [web, shell, filesystem]`,
    wrong: `mark: [{ label: untrusted, capability: web.read }, { label: read_web, capability: web.read }, { clear: read_web, capability: filesystem.read }]
deny: [{ capability: shell, after: read_web }]
allow: [web, shell, filesystem]`,
    shownBy: 'get rd sh',
  },
  {
    meant: 'only what was tested is deployed',
    mistake: 'writing does not clear it',
    prove: '{ never: { allow: deploy.production, not: { after: clean } } }',
    right: `mark: [{ label: [tested, clean], capability: ci.test }, { clear: [tested, clean], capability: filesystem.write }]
allow: [ci, filesystem.write, { capability: deploy.production, after: tested }]`,
    wrong: `mark: [{ label: [tested, clean], capability: ci.test }, { clear: clean, capability: filesystem.write }]
allow: [ci, filesystem.write, { capability: deploy.production, after: tested }]`,
    shownBy: 'test wr deploy',
  },
  {
    meant: 'only what was tested is deployed',
    mistake: 'the wrong call clears it',
    prove: '{ never: { allow: deploy.production, not: { after: clean } } }',
    right: `mark: [{ label: [tested, clean], capability: ci.test }, { clear: [tested, clean], capability: filesystem.write }]
allow: [ci, filesystem, { capability: deploy.production, after: tested }]`,
    wrong: `mark: [{ label: [tested, clean], capability: ci.test }, { clear: clean, capability: filesystem.write }, { clear: tested, capability: filesystem.read }]
allow: [ci, filesystem, { capability: deploy.production, after: tested }]`,
    shownBy: 'test wr deploy',
  },
  {
    meant: 'nothing unreviewed is deployed',
    mistake: 'tests run without a review',
    prove: '{ never: { allow: deploy.production, not: { after: reviewed } } }',
    right: `mark: [{ label: reviewed, capability: review.approve }, { label: tested, capability: ci.test }]
allow: [review, { capability: ci.test, after: reviewed }, { capability: deploy.production, after: tested }]`,
    wrong: `mark: [{ label: reviewed, capability: review.approve }, { label: tested, capability: ci.test }]
allow: [review, ci.test, { capability: deploy.production, after: tested }]`,
    shownBy: 'test deploy',
  },
  {
    meant: 'nothing unreviewed is deployed',
    mistake: 'the agent withdraws the review in between',
    prove: '{ never: { allow: deploy.production, not: { after: reviewed } } }',
    right: `mark: [{ label: reviewed, capability: review.approve }, { label: tested, capability: ci.test }]
allow: [review, filesystem.write, { capability: ci.test, after: reviewed }, { capability: deploy.production, after: tested }]`,
    wrong: `mark: [{ label: reviewed, capability: review.approve }, { label: tested, capability: ci.test }, { clear: reviewed, capability: filesystem.write }]
allow: [review, filesystem.write, { capability: ci.test, after: reviewed }, { capability: deploy.production, after: tested }]`,
    shownBy: 'review test wr deploy',
  },
  {
    meant: 'a client is updated only after this client was read',
    mistake: 'any client will do',
    prove: '{ never: { allow: clients.update, not: { after: { label: profiled, by: client_id } } } }',
    right: `mark: [{ label: profiled, capability: clients.read, by: client_id }]
allow: [clients.read, { capability: clients.update, after: { label: profiled, by: client_id } }]`,
    wrong: `mark: [{ label: profiled, capability: clients.read, by: client_id }]
allow: [clients.read, { capability: clients.update, after: profiled }]`,
    shownBy: 'profile update',
  },
  {
    meant: 'a client is updated only after this client was read',
    mistake: 'it is compared by the wrong argument',
    prove: '{ never: { allow: clients.update, not: { after: { label: profiled, by: client_id } } } }',
    right: `mark: [{ label: profiled, capability: clients.read, by: client_id }]
allow: [clients.read, { capability: clients.update, after: { label: profiled, by: client_id } }]`,
    wrong: `mark: [{ label: profiled, capability: clients.read, by: client_id }]
allow: [clients.read, { capability: clients.update, after: { label: profiled, by: account_id } }]`,
    shownBy: 'profile update',
  },
  {
    meant: 'payments only in a session',
    mistake: 'logging out does not end it',
    prove: '{ never: { allow: payments.send, not: { after: open } } }',
    right: `mark: [{ label: [open, started], capability: session.start }, { clear: [open, started], capability: session.end }]
allow: [session, { capability: payments.send, after: started }]`,
    wrong: `mark: [{ label: [open, started], capability: session.start }, { clear: open, capability: session.end }]
allow: [session, { capability: payments.send, after: started }]`,
    shownBy: 'login logout pay',
  },
  {
    meant: 'only anonymised data are exported',
    mistake: 'a second read of raw data is not seen',
    prove: '{ never: { allow: data.export, after: raw } }',
    right: `mark: [{ label: raw, capability: database.query }, { clear: raw, capability: data.anonymise }]
deny: [{ capability: data.export, after: raw }]
allow: [database, data]`,
    wrong: `mark: [{ label: raw, capability: database.query }, { label: anonymised, capability: data.anonymise }]
allow: [database, data.anonymise, { capability: data.export, after: anonymised }]`,
    shownBy: 'sql anonymise export',
  },
  {
    meant: 'nothing is exported unless it was anonymised',
    mistake: 'a failed call is taken for one that succeeded',
    prove: '{ never: { allow: data.export, not: { after: anonymised } } }',
    right: `mark: [{ label: anonymised, capability: data.anonymise }]
allow: [data.anonymise, { capability: data.export, after: anonymised }]`,
    wrong: `mark: [{ label: anonymised, capability: data.anonymise }]
deny: [{ capability: data.export, not: { any: [{ after: anonymised }, { after: anonymised }] }, path_prefix: /x }]
allow: [data.anonymise, data.export]`,
    shownBy: 'export',
  },
  {
    meant: 'nothing is written outside of /data',
    mistake: 'the prefix of another rule is too wide',
    prove: '{ never: { allow: filesystem.write, not: { path_prefix: /data } } }',
    right: 'allow: [{ capability: filesystem.write, path_prefix: /data/staging }]',
    wrong: 'allow: [{ capability: filesystem.write, path_prefix: [/data/staging, /dat] }]',
    shownBy: 'wr',
  },
  {
    meant: 'nothing below /data/prod is written unseen',
    mistake: 'the approval stands at another folder',
    prove: '{ never: { allow: filesystem.write, path_prefix: /data/prod } }',
    right: `require_approval: [{ capability: filesystem.write, path_prefix: /data/prod }]
allow: [{ capability: filesystem.write, path_prefix: /data }]`,
    wrong: `require_approval: [{ capability: filesystem.write, path_prefix: /data/production }]
allow: [{ capability: filesystem.write, path_prefix: /data }]`,
    shownBy: 'wr',
  },
  {
    meant: 'nobody is even asked to delete',
    mistake: 'an approval of everything asks',
    prove: '{ never: { require_approval: filesystem.delete } }',
    right: `deny: [filesystem.delete]
require_approval: [filesystem]`,
    wrong: 'require_approval: [filesystem]',
    shownBy: 'rm',
  },
  {
    meant: 'a person sees every payment above 100',
    mistake: 'the bound is off by a digit',
    prove: '{ never: { allow: payments, amount_gt: 100 } }',
    right: `require_approval: [{ capability: payments, amount_gt: 100 }]
allow: [payments]`,
    wrong: `require_approval: [{ capability: payments, amount_gt: 1000 }]
allow: [payments]`,
    shownBy: 'pay',
  },
  {
    meant: 'no payment above 100 passes by itself',
    mistake: 'the limit adds up another argument',
    prove: '{ never: { allow: payments, amount_gt: 100 } }',
    right: `limits: [{ id: spend, capability: payments, max: 100, per: 24h, of: amount }]
allow: [payments]`,
    wrong: `limits: [{ id: spend, capability: payments, max: 100, per: 24h, of: /total }]
allow: [payments]`,
    shownBy: 'pay',
  },
  {
    meant: 'no payment above 100 passes by itself',
    mistake: 'the limit is on another capability',
    prove: '{ never: { allow: payments, amount_gt: 100 } }',
    right: `limits: [{ id: spend, capability: payments, max: 100, per: 24h, of: amount }]
allow: [payments]`,
    wrong: `limits: [{ id: spend, capability: payments.receive, max: 100, per: 24h, of: amount }]
allow: [payments]`,
    shownBy: 'pay',
  },
  {
    meant: 'no payment above 100 passes without a person',
    mistake: 'beyond the limit it only warns',
    prove: '{ never: { allow: payments, amount_gt: 100 } }',
    right: `limits: [{ id: spend, capability: payments, max: 100, per: 24h, of: amount, over: require_approval }]
allow: [payments]`,
    wrong: `limits: [{ id: spend, capability: payments, max: 100, per: 24h, of: amount, over: warn }]
allow: [payments]`,
    shownBy: 'pay',
  },
  {
    meant: 'public files can always be read',
    mistake: 'a denial by name reaches into them',
    prove: '{ always: { allow: filesystem.read, path_prefix: /public } }',
    right: `deny: [{ capability: filesystem.read, path_glob: "/home/**/.env" }]
allow: [filesystem.read]`,
    wrong: `deny: [{ capability: filesystem.read, path_glob: "**/.env" }]
allow: [filesystem.read]`,
    shownBy: 'rd',
  },
  {
    meant: 'public files can be read, whatever came before',
    mistake: 'a label locks them as well',
    prove: '{ always: { allow: filesystem.read, path_prefix: /public } }',
    right: `mark: [{ label: untrusted, capability: web.read }]
deny: [{ capability: filesystem.read, after: untrusted, not: { path_prefix: /public } }]
allow: [web, filesystem.read]`,
    wrong: `mark: [{ label: untrusted, capability: web.read }]
deny: [{ capability: filesystem, after: untrusted }]
allow: [web, filesystem.read]`,
    shownBy: 'get rd',
  },
  {
    meant: 'mail goes to our own people alone',
    mistake: 'a glob without its dot',
    prove: '{ never: { allow: mail.send, not: { recipient: "*@example.com" } } }',
    right: 'allow: [{ capability: mail.send, recipient: "*@example.com" }]',
    wrong: 'allow: [{ capability: mail.send, recipient: ["*@example.com", "*@*.com"] }]',
    shownBy: 'send',
  },
  {
    meant: 'only our own host is written to',
    mistake: 'a rule for reading sends as well',
    prove: '{ never: { allow: web.send, not: { host: api.example.com } } }',
    right: 'allow: [{ capability: web.send, host: api.example.com }, web.read]',
    wrong: 'allow: [{ capability: web.send, host: api.example.com }, web]',
    shownBy: 'post',
  },
  {
    meant: 'the database is read only',
    mistake: 'a kind of statement too many',
    prove: '{ never: { allow: database, not: { sql_kind: read } } }',
    right: 'allow: [{ capability: database, sql_kind: read }]',
    wrong: 'allow: [{ capability: database, sql_kind: [read, write] }]',
    shownBy: 'sql',
  },
  {
    meant: 'nothing is deployed in the session in which the web was read',
    mistake: 'two labels, and the wrong one is asked for',
    prove: '{ never: { allow: deploy.production, after: browsed } }',
    right: `mark: [{ label: browsed, capability: web }]
deny: [{ capability: deploy, after: browsed }]
allow: [web, deploy]`,
    wrong: `mark: [{ label: browsed, capability: web }, { label: posted, capability: web.send }]
deny: [{ capability: deploy, after: posted }]
allow: [web, deploy]`,
    shownBy: 'get deploy',
  },
  {
    meant: 'mail waits for a person for ten minutes after the web was read, and nothing ends that sooner',
    mistake: 'a read of a file ends it',
    prove: '{ never: { allow: mail.send, after: { label: fresh, within: 10m } } }',
    right: `mark: [{ label: [fresh, web_read], capability: web.read }]
require_approval: [{ capability: mail, after: { label: web_read, within: 10m } }]
allow: [web, mail, filesystem.read]`,
    wrong: `mark: [{ label: [fresh, web_read], capability: web.read }, { clear: web_read, capability: filesystem.read }]
require_approval: [{ capability: mail, after: { label: web_read, within: 10m } }]
allow: [web, mail, filesystem.read]`,
    shownBy: 'get rd send',
  },
];

function promisesOf(rules: string, prove: string) {
  const { policy } = loadPolicyText(`${rules}\nprove: [${prove}]\n${TOOLS}`);
  const environment = { platform: 'linux', home: '/home/u', roots: ['/work'] };
  return checkPolicy(policy, { environment }).promises;
}

test('there are thirty of them and more', () => assert.ok(MISTAKES.length >= 30));

for (const { meant, mistake, prove, right, wrong, shownBy } of MISTAKES) {
  test(`${meant}; but ${mistake}`, () => {
    assert.deepEqual(
      promisesOf(right, prove).map(({ state }) => state),
      ['kept'],
    );
    const [broken] = promisesOf(wrong, prove);
    assert.equal(broken?.state, 'broken');
    const calls = [...(broken?.witness?.trace ?? []), broken?.witness];
    assert.equal(calls.map((call) => call?.tool).join(' '), shownBy);
  });
}

test('a parent binds its children; but a child allows what it promised never to be', () => {
  const folder = temporaryFolder();
  const base = `prove: [{ id: quiet, never: { allow: mail, after: secret } }]
mark: [{ label: secret, capability: filesystem.read, path_prefix: /secrets }]
allow: [filesystem.read]
${TOOLS}`;
  writeFileSync(join(folder, 'base.yaml'), base);
  const child = (rules: string) => {
    writeFileSync(join(folder, 'child.yaml'), `extends: ./base.yaml\n${rules}\n`);
    return checkPolicy(loadPolicySync(join(folder, 'child.yaml')).policy, { environment: { roots: ['/w'] } }).promises;
  };
  assert.equal(child('deny: [{ capability: mail, after: secret }]\nallow: [mail]')[0]?.state, 'kept');
  assert.equal(child('allow: [mail]')[0]?.state, 'broken');
});

test('what one server reads does not leave through another; but only one of both asks', () => {
  const reads = loadPolicyText(
    `mark: [{ label: secret, capability: filesystem.read, path_prefix: /secrets }]\nallow: [filesystem.read]\n${TOOLS}`,
    'files.yaml',
  );
  const sends = (rules: string) =>
    loadPolicyText(
      `labels: [secret]\n${rules}\nprove: [{ never: { allow: mail.send, after: secret } }]\n${TOOLS}`,
      'mail.yaml',
    );
  const states = (rules: string) =>
    checkTogether([reads, sends(rules)], { environment: { roots: ['/w'] } })[1]?.promises;
  assert.equal(states('deny: [{ capability: mail, after: secret }]\nallow: [mail]')?.[0]?.state, 'kept');
  const [broken] = states('allow: [mail]') ?? [];
  assert.equal(broken?.state, 'broken');
  assert.deepEqual(
    broken?.witness?.trace?.map(({ tool, policy }) => [tool, policy]),
    [['rd', 'files.yaml']],
  );
  // By itself nobody can say.
  assert.equal(checkPolicy(sends('allow: [mail]').policy).promises[0]?.state, 'unproved');
});
