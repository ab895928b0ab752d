import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../../../../runtime/decide/index.js';
import { spellings } from '../../../../runtime/decide/paths/path-readings.js';
import { verdictOf } from '../../../support/decide.js';

/** Three rules tell a condition's truth: known to hold, known not to, unknown. */
function truth(prefix: string, args: Record<string, unknown>, environment: Environment = {}, extra = ''): string {
  const rule = (decision: string) =>
    `${decision}: [{ capability: filesystem.write, path_prefix: ${JSON.stringify(prefix)} }]\n`;
  const allowed = verdictOf(rule('allow') + extra, 'write_file', args, environment) === 'allow';
  const denied = verdictOf(`${rule('deny')}allow: ["*"]\n${extra}`, 'write_file', args, environment) === 'deny';
  assert.ok(!allowed || denied, 'what an allow rule matches for certain, a deny rule matches too');
  return allowed ? 'true' : denied ? 'unknown' : 'false';
}

const path = (text: string) => ({ path: text });

test('a path lies under a prefix by whole segments', () => {
  for (const [prefix, text, expected] of [
    ['/etc', '/etc', 'true'],
    ['/etc', '/etc/', 'true'],
    ['/etc/', '/etc', 'true'],
    ['/etc', '/etc/passwd', 'true'],
    ['/etc', '/etc-old/x', 'false'],
    ['/etc', '//etc//passwd', 'true'],
    ['/etc', '/./etc/./x', 'true'],
    ['/etc', '/a/../etc/x', 'true'],
    ['/etc', '/../../etc/x', 'true'],
    ['/etc', '/etc/..', 'false'],
    ['/', '/anything', 'true'],
    ['/', '/', 'true'],
    ['/a/../etc', '/etc/x', 'true'],
    ['/ETC', '/etc/x', 'false'],
  ] as const) {
    assert.equal(truth(prefix, path(text)), expected, `${text} under ${prefix}`);
  }
});

test('a string that a server may read in two ways is unknown where they differ', () => {
  for (const text of [
    '/data/staging/..\\..\\etc',
    '/data/staging/%2e%2e/%2e%2e/etc',
    '/data/staging/..%2f..%2fetc',
    '/data/staging/%252e%252e/x',
    '/data/staging/..;/..;/etc',
    '/data/staging/.. /x',
    '/data/staging/.../x',
    '/data/staging/\u2024\u2024/x',
    '/data/staging/\uff0e\uff0e\uff0f\uff0e\uff0e/etc',
    '/data/staging/%c0%ae%c0%ae/x',
    'file:///data/staging/x',
    'C:/data/staging/x',
    '\\\\server\\share',
    '~/x',
    '~root/x',
    'x',
    './x',
    '../x',
    '',
    '/data/staging/\0',
    '/data/staging/\ud800',
    '/proc/self/root/etc',
    '/proc/1/cwd/../x',
    '/proc/self/task/7/root/etc',
    '/dev/fd/3',
    '$HOME/x',
    '$' + '{HOME}/x',
    '%APPDATA%/x',
  ]) {
    assert.equal(truth('/data/staging', path(text)), 'unknown', JSON.stringify(text));
  }
});

test('a string whose readings agree is known', () => {
  for (const [text, expected] of [
    ['/data/staging/a%20b', 'true'],
    ['/data/staging/100%', 'true'],
    ['/data/staging/a;b', 'true'],
    ['/data/staging/x.', 'true'],
    ['/data/staging/e\u0301', 'true'],
    ['/data/staging/...', 'unknown'],
    ['/data/staging/.hidden', 'true'],
    ['/data/staging/a..b', 'true'],
    ['/etc/a%20b', 'false'],
    ['/proc/cpuinfo', 'false'],
    ['/processes/x', 'false'],
    ['/data/$HOME', 'false'],
  ] as const) {
    assert.equal(truth('/data/staging', path(text)), expected, JSON.stringify(text));
  }
});

test('under a uri key a file: URI is only its path', () => {
  assert.equal(truth('/etc', { uri: 'file:///etc/passwd' }), 'true');
  assert.equal(truth('/etc', { uri: 'FILE://localhost/etc/passwd' }), 'true');
  assert.equal(truth('/etc', { uri: 'file:///etc/passwd?x#y' }), 'true');
  assert.equal(truth('/etc', { uri: 'file://other/etc/passwd' }), 'unknown');
  assert.equal(truth('/etc', { file_uri: 'file:///etc/passwd' }), 'unknown');
});

test('relative paths: unknown without a root, resolved with one, each root a reading', () => {
  assert.equal(truth('./workspace', path('workspace/a')), 'true');
  assert.equal(truth('./', path('a')), 'true');
  assert.equal(truth('./', path('a/../../b')), 'unknown');
  assert.equal(truth('./', path('/a')), 'unknown');
  assert.equal(truth('/srv/data', path('a'), { roots: ['/srv/data'] }), 'true');
  assert.equal(truth('/srv/data', path('../etc'), { roots: ['/srv/data'] }), 'false');
  assert.equal(truth('/srv/data', path('a'), { roots: ['/srv/data', '/tmp'] }), 'unknown');
  assert.equal(truth('./docs', path('/srv/data/docs/a'), { roots: ['/srv/data'] }), 'true');
});

test('home, case and platforms', () => {
  assert.equal(truth('/home/me', path('~/x'), { roots: ['/home/me'] }), 'true');
  assert.equal(truth('~/docs', path('/home/me/docs/x')), 'true');
  assert.equal(truth('/Data', path('/DATA/x'), { platform: 'darwin' }), 'true');
  assert.equal(truth('/Data', path('/DATA/x'), {}, 'paths: { case: insensitive }\n'), 'true');
  assert.equal(truth('/Data', path('/DATA/x'), { platform: 'darwin' }, 'paths: { case: sensitive }\n'), 'false');
  assert.equal(truth('C:\\Data', path('c:\\data\\x'), { platform: 'win32' }), 'true');
  assert.equal(truth('C:\\Data', path('D:\\data\\x'), { platform: 'win32' }), 'false');
  assert.equal(truth('C:\\Data', path('/data/x'), { platform: 'win32' }), 'unknown');
  assert.equal(truth('\\\\srv\\share', path('//srv/share/x'), { platform: 'win32' }), 'true');
});

test('a tool that reaches below its path is unknown where a prefix lies below', () => {
  const policy = 'deny: [{ capability: filesystem.delete, path_prefix: /data/prod }]\nallow: ["*"]\n';
  assert.equal(verdictOf(policy, 'delete_directory', path('/data')), 'deny');
  assert.equal(verdictOf(policy, 'delete_file', path('/data')), 'allow');
  assert.equal(verdictOf(policy, 'delete_directory', path('/other')), 'allow');
});

test('named examples: ways out of a prefix that were found by attacking it', () => {
  const NFD = '/Users/jose\u0301';
  const NFC = '/Users/jos\u00e9';
  for (const [prefix, text, expected, environment] of [
    ['/data/prod', '/data/.. /data/. /prod/x', 'unknown', {}],
    ['/data', '/data/.. /etc/. /data/x', 'unknown', {}],
    ['/data', '/data/\uff0e\uff0e/etc/a\u2215..\u2215..\u2215data\u2215x/../passwd', 'unknown', {}],
    ['/data/prod', '/data/prod/\u2100/../../x', 'unknown', {}],
    ['/data/prod', '/data\u27cbprod', 'unknown', {}],
    [`${NFC}/secret`, 'secret/k', 'true', { roots: [NFD] }],
    [NFD, 'x', 'true', { roots: [NFD] }],
    ['~/.ssh', `${NFC}/.ssh/id`, 'true', { home: NFD }],
    ['C:/secret', 'file:///C|/secret/x', 'unknown', { platform: 'win32' }],
    ['C:/data/k.txt', 'C:/data/k.txt::$DATA', 'unknown', { platform: 'win32' }],
    ['/data', 'file:///data/x?/../../etc/passwd#/../../../data/y', 'unknown', {}],
    ['/data', '/data/20%effective.txt', 'true', {}],
    ['/data', '/data/%c0%ae%c0%ae/x', 'unknown', {}],
  ] as const) {
    assert.equal(truth(prefix, path(text), environment), expected, `${text} under ${prefix}`);
  }
  assert.equal(truth('/data/i', path('/data/\u0131/x'), {}, 'paths: { case: insensitive }\n'), 'false');
  assert.equal(truth('/etc', { path: '/ok', fileURIs: ['/etc/passwd'] }), 'unknown');
  assert.equal(truth('/etc', { [`${'a'.repeat(300)}_path`]: '/etc/passwd' }), 'true');
});

test('deciding takes time linear in a hostile path', () => {
  const policy = 'allow: [{ capability: filesystem.write, path_prefix: /data }]\n';
  for (const unit of ['%25', '..;', '. ', '\\..', '~', '%2e%2e/', 'file:', '\t', '.', 'file:x%252e; /\\\uff0e.']) {
    const started = performance.now();
    verdictOf(policy, 'write_file', path(unit.repeat(200_000)));
    // A quadratic step over so many characters takes minutes.
    assert.ok(performance.now() - started < 20_000, JSON.stringify(unit));
  }
});

test('every character that compatibility turns into a dot or a separator is replaced', () => {
  for (let point = 0x80; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const character = String.fromCodePoint(point);
    const plain = character.normalize('NFKC');
    if (!/[./\\]/.test(plain)) continue;
    const { texts } = spellings(`/a/x${character}y`, { home: undefined, windows: false, uri: false });
    assert.ok(texts.includes(`/a/x${plain}y`), point.toString(16));
  }
});
