// The splitter and the strict parser against the plainest code that does the same, on bytes of every kind.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrict } from '../../runtime/wire/json.js';
import { type Line, LineSplitter } from '../../runtime/wire/lines.js';
import { Refusal } from '../../runtime/wire/refusal.js';
import { scanEnvelope } from '../../runtime/wire/scan.js';
import { check } from '../support/seed.js';

const LIMIT = 40;
const byte = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0x0a, 0x0d, 0x20) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 255 }) },
);
const stream = fc.array(byte, { maxLength: 300 }).map((bytes) => Buffer.from(bytes));

/** The same, said in one line: everything before each newline. */
function plainLines(bytes: Buffer): string[] {
  const lines = bytes.toString('latin1').split('\n');
  return lines.slice(0, -1);
}

function shown(line: Line): string {
  return line.bytes === null ? `${line.length} ${line.sha256}` : line.bytes.toString('latin1');
}

test('lines are the same however the bytes are cut into chunks', () => {
  const cuts = fc.array(fc.nat({ max: 300 }), { maxLength: 20 });
  check(
    fc.property(stream, cuts, (bytes, at) => {
      const splitter = new LineSplitter(LIMIT);
      const lines: string[] = [];
      const ends = [...at.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      let start = 0;
      for (const end of ends) {
        // The chunk's memory is used again at once, as the gateway does.
        const chunk = Buffer.from(bytes.subarray(start, end));
        for (const line of splitter.push(chunk)) {
          lines.push(shown(line));
          if (line.bytes !== null) assert.equal(line.whole.toString('latin1'), `${line.bytes.toString('latin1')}\n`);
        }
        chunk.fill(0x58);
        start = end;
      }
      const expected = plainLines(bytes).map((line) => {
        const raw = Buffer.from(line, 'latin1');
        return raw.length <= LIMIT ? line : `${raw.length} ${createHash('sha256').update(raw).digest('hex')}`;
      });
      assert.deepEqual(lines, expected);
      assert.equal(splitter.unfinished, bytes.length - 1 - bytes.lastIndexOf(0x0a));
    }),
    2000,
  );
});

/** Keys that repeat, differ by case or are written with escapes; strings with all that strings can hold. */
const key = fc.oneof(
  fc.constantFrom(
    'a',
    'A',
    'b',
    'id',
    'method',
    '__proto__',
    '\\u0061',
    '\\u005f_proto__',
    'é',
    '\\ud800',
    '\\u0000',
    '',
  ),
  fc.string({ maxLength: 3 }).map((text) => JSON.stringify(text).slice(1, -1)),
);
const scalar = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    'false',
    '0',
    '-0',
    '1.0',
    '1e5',
    '-1',
    '9007199254740993',
    '"x"',
    '"\\""',
    '"\u2028"',
    '"\u0085"',
    '":"',
    '"[{"',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }).map((text) => JSON.stringify(text)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
);
const blank = fc.constantFrom('', '', '', ' ', '\t', ' \t ');
const { text: jsonText } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc
      .tuple(blank, fc.array(tie('text'), { maxLength: 4 }))
      .map(([space, items]) => `[${space}${items.join(`${space},`)}${space}]`),
    fc
      .tuple(blank, fc.array(fc.tuple(key, tie('text')), { maxLength: 4 }))
      .map(
        ([space, members]) =>
          `{${members.map(([name, value]) => `"${name}"${space}:${space}${value}`).join(',')}${space}}`,
      ),
  ),
}));

/** JSON, and JSON with some bytes changed, left out or put in. */
const damaged = fc
  .tuple(jsonText, fc.array(fc.tuple(fc.nat(), fc.integer({ min: -1, max: 255 }), fc.boolean()), { maxLength: 3 }))
  .map(([text, changes]) => {
    const bytes = [...Buffer.from(text)];
    for (const [at, value, replaces] of changes) {
      bytes.splice(at % (bytes.length + 1), replaces ? 1 : 0, ...(value < 0 ? [] : [value]));
    }
    return Buffer.from(bytes.filter((value) => value !== 0x0a));
  });

/** Does some object in this JSON have a key twice? Told by its tokens alone. */
function hasCollidingKeys(text: string): boolean {
  let found = false;
  const stack: (Set<string> | null)[] = [];
  for (const token of text.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/gs) ?? []) {
    if (token === '{') stack.push(new Set());
    else if (token === '[') stack.push(null);
    else if (token === '}' || token === ']') stack.pop();
    else if (token.endsWith(':')) {
      const keys = stack.at(-1);
      const name = JSON.parse(token.slice(0, -1)) as string;
      if (keys?.has(name)) found = true;
      keys?.add(name);
    }
  }
  return found;
}

const hasBadKey = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some(hasBadKey)
    : value !== null && typeof value === 'object'
      ? Object.entries(value).some(
          ([name, inner]) => name === '__proto__' || name.includes('\0') || !name.isWellFormed() || hasBadKey(inner),
        )
      : false;

function parsed(bytes: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

test('the strict parser accepts what JSON.parse does and every reader reads alike, and nothing else', () => {
  const seen = { accepted: 0, rewritten: 0, refused: 0, unparsed: 0 };
  check(
    fc.property(damaged, (bytes) => {
      const strict = parseStrict(bytes);
      const plain = parsed(bytes);
      const cr = bytes.indexOf(0x0d);
      if (cr >= 0 && cr < bytes.length - 1) {
        assert.ok(strict instanceof Refusal && strict.code === -32600);
        return;
      }
      if (plain === undefined) {
        seen.unparsed++;
        assert.ok(strict instanceof Refusal && strict.code === -32700);
        return;
      }
      if (hasCollidingKeys(bytes.toString()) || hasBadKey(plain.value)) {
        seen.refused++;
        assert.ok(strict instanceof Refusal && strict.code === -32600, 'a key twice, or one that is none');
        return;
      }
      assert.ok(!(strict instanceof Refusal), `refused: ${(strict as Refusal).message}`);
      assert.deepStrictEqual(strict.value, plain.value);
      seen.accepted++;
      const breaks = /[\u2028\u2029\u0085]/;
      assert.equal(strict.rewritten !== null, breaks.test(bytes.toString()));
      if (strict.rewritten) {
        seen.rewritten++;
        const text = strict.rewritten.toString();
        assert.ok(!breaks.test(text) && text.endsWith('\n'));
        assert.deepStrictEqual(JSON.parse(text), plain.value);
        assert.equal(
          text
            .replace(/\\u(2028|2029|0085)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
            .replace(/\n$/, ''),
          bytes
            .toString()
            .replace(/\\u(2028|2029|0085)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        );
      }
      if (strict.hasPlainNumbers) {
        const outside = bytes.toString().replace(/"(?:[^"\\]|\\.)*"/gs, '""');
        assert.ok(
          (outside.match(/-?[0-9][0-9.eE+-]*/g) ?? []).every(
            (number) => /^-?(0|[1-9][0-9]*)$/.test(number) && number !== '-0',
          ),
        );
      }
    }),
    6000,
  );
  assert.ok(
    seen.accepted > 500 && seen.refused > 50 && seen.unparsed > 500 && seen.rewritten > 20,
    JSON.stringify(seen),
  );
});

test('what the scan of a server’s line finds is what JSON.parse does', () => {
  const envelope = fc.tuple(jsonText, jsonText, fc.boolean()).map(([a, b, first]) => {
    const members = [`"jsonrpc":"2.0"`, `"result":${a}`, `"x":${b}`, `"id":7`];
    return Buffer.from(`{${(first ? members : members.toReversed()).join(' , ')}}`);
  });
  check(
    fc.property(envelope, (line) => {
      if (parsed(line) === undefined) return;
      assert.deepEqual(scanEnvelope(line), {
        id: 7,
        hasMethod: false,
        isResponse: true,
        isMessage: true,
        asksRoots: false,
      });
    }),
    1000,
  );
});
