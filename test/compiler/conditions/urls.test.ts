import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalHost } from '../../../compiler/conditions/host-name.js';
import { PolicyError } from '../../../compiler/diagnostics/diagnostic.js';
import { readUrl as interpreted } from '../../../compiler/interpret/urls.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { readUrl } from '../../../runtime/decide/urls/url-reader.js';
import { SHARED, without } from '../../support/shared.js';
import { judgeOf, truthOf } from '../../support/verdicts.js';

const url = (text: unknown) => ({ url: text });

test('a host is what both parsers say, and unknown where they differ', () => {
  const host = truthOf({ host: 'example.com' });
  for (const text of [
    'https://example.com/',
    'HTTPS://EXAMPLE.COM',
    'https://example.com.:443/x',
    'example.com',
    '//example.com/x',
    'wss://a@example.com/',
    'postgres://u:p@Example.com/db',
  ]) {
    assert.equal(host(url(text)), 'true', text);
  }
  for (const text of [
    'https://api.example.com/',
    'https://example.com.evil.test/',
    'https://evil.test/?.example.com/',
    'https://evil.test/#@example.com',
    'evil.test',
    'localhost:8080',
  ]) {
    assert.equal(host(url(text)), 'false', text);
  }
  for (const text of [
    'https://evil.test\\@example.com/',
    'https://a@b@example.com/',
    'https://exam\nple.com/',
    'https://example.com /',
    'https:example.com',
    'https:///',
    'https://ex%61mple.com/',
    '/example.com',
    '?x',
    '#x',
    '',
    'https://example.com:99999/',
    'mailto:a@example.com',
    5,
    null,
    {},
  ]) {
    assert.equal(host(url(text)), 'unknown', JSON.stringify(text));
  }
});

test('names below, addresses in every notation, blocks', () => {
  const below = truthOf({ host: '*.example.com' });
  assert.deepEqual(
    ['https://a.example.com', 'https://a.b.example.com', 'https://example.com', 'https://aexample.com'].map((text) =>
      below(url(text)),
    ),
    ['true', 'true', 'false', 'false'],
  );
  const block = truthOf({ host: ['10.0.0.0/8', 'fd00::/8'] });
  for (const text of [
    'http://10.1.2.3',
    'http://012.1.2.3',
    'http://0xa.0x010203',
    'http://167838211',
    'http://10.66051',
    'http://[fd00::1]',
  ])
    assert.equal(block(url(text)), 'true', text);
  for (const text of ['http://11.0.0.1', 'http://[fe80::1]']) assert.equal(block(url(text)), 'false', text);
  // Inside an IPv6 address: both are readings.
  for (const text of [
    'http://[::ffff:10.0.0.1]',
    'http://[64:ff9b::a00:1]',
    'http://[2002:a00:1::]',
    'http://[::10.0.0.1]',
  ])
    assert.equal(block(url(text)), 'unknown', text);
  assert.equal(truthOf({ host: 'strasse.de' })(url('https://straße.de/')), 'unknown');
});

test('networks by address and by name', () => {
  const classes: Record<string, string[]> = {
    loopback: ['127.0.0.1', '0.0.0.0', '[::]', '[::1]', 'localhost', 'a.localhost'],
    private: ['10.0.0.1', '192.168.3.4', '172.31.0.1', '[fd12::1]', 'intranet', 'x.internal', 'router.home.arpa'],
    link_local: ['169.254.1.1', '[fe80::1]'],
    metadata: [
      '169.254.169.254',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      '[fd00:ec2::254]',
      'metadata.google.internal',
    ],
    multicast: ['224.0.0.1', '[ff02::1]'],
    reserved: ['192.0.2.1', '240.0.0.1', '[2001:db8::1]'],
    public: ['8.8.8.8', 'example.com', '[2606:4700::1111]'],
  };
  for (const [name, hosts] of Object.entries(classes)) {
    const network = truthOf({ network: name });
    for (const host of hosts) assert.equal(network(url(`http://${host}/`)), 'true', `${host} is ${name}`);
  }
  assert.equal(truthOf({ network: 'private' })(url('http://[::ffff:10.0.0.1]/')), 'unknown');
});

test('scheme, port and path', () => {
  assert.equal(truthOf({ scheme: 'https' })(url('HTTPS://x.test')), 'true');
  assert.equal(truthOf({ scheme: ['http'] })(url('ftp://x.test')), 'false');
  const port = truthOf({ port: [443, 8443] });
  assert.deepEqual(
    ['https://x.test', 'https://x.test:8443', 'https://x.test:0443', 'http://x.test', 'gopher://x.test'].map((text) =>
      port(url(text)),
    ),
    ['true', 'true', 'true', 'false', 'unknown'],
  );
  const path = truthOf({ url_path: '/v1' });
  for (const [text, truth] of [
    ['/v1', 'true'],
    ['/v1/x?y', 'true'],
    ['/v12', 'false'],
    ['/v1/../x', 'false'],
    ['/v1/%2e%2e/x', 'unknown'],
    ['/%76%31/x', 'unknown'],
    ['', 'false'],
  ]) {
    assert.equal(path(url(`https://x.test${text}`)), truth, text);
  }
});

test('what is read: names, schemes anywhere, files apart', () => {
  const judge = judgeOf({ deny: [{ capability: 'x.y', host: 'evil.test' }], allow: ['x.y'] });
  for (const args of [
    { a: { webhookUrl: 'evil.test' } },
    { homepage_links: ['https://a.test', 'https://evil.test'] },
    { note: ' \tHTTP://evil.test' },
    { x: 'git+ssh://evil.test/x' },
    {},
    { note: 'hello' },
    { url: 'file:///x' },
  ]) {
    assert.equal(judge(args), 'deny', JSON.stringify(args));
  }
  for (const args of [
    { url: 'https://a.test', file: 'file:///etc/x' },
    { domain: 'a.test', note: 'see evil.test' },
  ])
    assert.equal(judge(args), 'allow', JSON.stringify(args));
  const named = judgeOf({ allow: [{ capability: 'x.y', host: 'a.test' }] }, { mapping: { urls: ['to'] } });
  assert.equal(named({ to: 'a.test', url: 'https://evil.test' }), 'allow');
  assert.equal(named({ url: 'https://a.test' }), 'deny');
  const none = judgeOf({ deny: [{ capability: 'x.y', host: 'a.test' }], allow: ['x.y'] }, { mapping: { urls: [] } });
  assert.equal(none({ url: 'https://a.test' }), 'allow');
});

test('patterns that name no host are refused', () => {
  for (const [key, value] of [
    ['host', 'https://a.test/x'],
    ['host', 'a.*.test'],
    ['host', '*'],
    ['host', 'a.test:443'],
    ['host', '10.0.0.1/8'],
    ['host', '10.0.0.0/33'],
    ['host', '*.10.0.0.1'],
    ['scheme', 'HTTPS'],
    ['scheme', 'https://'],
    ['scheme', 'file'],
    ['url_path', 'v1'],
    ['port', 70000],
    ['network', 'lan'],
  ] as const) {
    assert.throws(
      () => loadPolicyText(JSON.stringify({ allow: [{ capability: 'x.y', [key]: value }] })),
      PolicyError,
      `${key} ${value}`,
    );
  }
});

test('every URL of the public corpora has the reading of the platform, or is unknown', {
  skip: without('data/url'),
}, () => {
  const entries = JSON.parse(readFileSync(join(SHARED, 'data/url/urltestdata.json'), 'utf8')) as unknown[];
  let known = 0;
  let disagree = 0;
  for (const entry of entries) {
    const { input } = (entry ?? {}) as { readonly input?: string };
    if (typeof input !== 'string' || /^[\s\p{Cc}]*(?:file:|[/?#])/iu.test(input)) continue;
    const hosts = readUrl(input).map((reading) => reading?.host ?? null);
    const others = interpreted(input).map((reading) => reading?.host ?? null);
    assert.deepEqual([...new Set(hosts)].sort(), [...new Set(others)].sort(), JSON.stringify(input));
    let host: string;
    try {
      host = new URL(input).hostname;
    } catch {
      continue;
    }
    if (host === '') continue;
    known++;
    if (hosts.includes(null)) disagree++;
    assert.ok(hosts.includes(canonicalHost(host)), `${JSON.stringify(input)}: ${host} is none of ${hosts}`);
  }
  console.log(`URLs: ${known} with a host, ${disagree} with an unknown reading beside it`);
  assert.ok(known > 200);
});
