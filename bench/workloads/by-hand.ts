/*
 * What a person would write for the rules of a workload, and for calls that are as its calls are: every argument there and of
 * its type, paths with `.`, `..` and `//` at most. No reasons, no unknown values, no other spellings, no roots, no limits.
 */
import { posix } from 'node:path';
import type { Ask, Workload, WorkloadCall, WorkloadRule } from './workload.js';

export type Decision = 'deny' | 'allow';
export type HandWritten = (call: WorkloadCall) => Decision;

const CLEAN = /^(?:\/[^/.]+(?:\.[^/.]+)*)+$/;

export function cleanPath(path: string): string {
  return CLEAN.test(path) ? path : posix.normalize(path);
}

export function under(path: string, folder: string): boolean {
  return path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === 47);
}

function globRegExp(glob: string): RegExp {
  return new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );
}

/** Denials first, and what the environment decides beforehand is gone. */
function effective(rules: readonly WorkloadRule[], environment: string): WorkloadRule[] {
  const left = rules.flatMap((rule) => {
    if (rule.asks.some((ask) => ask.kind === 'environment' && ask.name !== environment)) return [];
    return [{ ...rule, asks: rule.asks.filter(({ kind }) => kind !== 'environment') }];
  });
  return [...left.filter(({ effect }) => effect === 'deny'), ...left.filter(({ effect }) => effect === 'allow')];
}

/** The text of a function: a switch over what tools do, and an `if` a rule. */
export function ifChain(workload: Workload, all: readonly WorkloadRule[], environment: string): HandWritten {
  const constants: string[] = [];
  const constant = (code: string): string => `k${constants.push(code) - 1}`;
  const test = (ask: Ask): string => {
    switch (ask.kind) {
      case 'path':
        return `under(path, ${JSON.stringify(ask.prefix)})`;
      case 'tool':
        return `${constant(String(globRegExp(ask.glob)))}.test(tool)`;
      case 'text':
        return `text.includes(${JSON.stringify(ask.word)})`;
      case 'regex':
        return `${constant(`new RegExp(${JSON.stringify(ask.pattern)})`)}.test(raw)`;
      case 'amount':
        return `args.amount ${ask.comparison === 'gt' ? '>' : '<='} ${ask.bound}`;
      case 'argument':
        return ask.values.map((value) => `args.${ask.name} === ${JSON.stringify(value)}`).join(' || ');
      case 'number':
        return `args.${ask.name} ${ask.comparison === 'gt' ? '>' : '<='} ${ask.bound}`;
      case 'prefix':
        return `args.${ask.name}.startsWith(${JSON.stringify(ask.prefix)})`;
      case 'environment':
        return 'true';
    }
  };
  const rules = effective(all, environment);
  const chain = (some: readonly WorkloadRule[]) =>
    some.map(
      ({ effect, asks }) => `if (${asks.map((ask) => `(${test(ask)})`).join(' && ') || 'true'}) return '${effect}';`,
    );
  const capabilities = [...new Set(rules.map(({ capability }) => capability))];
  const cases = capabilities.map((capability) => {
    const own = rules.filter((rule) => rule.capability === capability);
    return `case ${JSON.stringify(capability)}: ${chain(own).join('\n')} return 'deny';`;
  });
  const kinds = new Set(rules.flatMap(({ asks }) => asks.map(({ kind }) => kind)));
  const source = `
    return ({ tool, args }) => {
      ${kinds.has('path') ? 'const path = cleanPath(args.path);' : ''}
      ${kinds.has('regex') ? 'const raw = args.message ?? args.note;' : ''}
      ${kinds.has('text') ? 'const text = (args.message ?? args.note).toLowerCase();' : ''}
      switch (capabilityOf(tool)) { ${cases.join('\n')} }
      return 'deny';
    };`;
  const prelude = () => constants.map((code, i) => `const k${i} = ${code};`).join('\n');
  return new Function('under', 'cleanPath', 'capabilityOf', `${prelude()}\n${source}`)(
    under,
    cleanPath,
    (tool: string) => memo(workload, tool),
  ) as HandWritten;
}

const capabilities = new Map<string, string>();

/** What a tool does, worked out once. */
function memo(workload: Workload, tool: string): string {
  const known = capabilities.get(tool);
  if (known !== undefined) return known;
  const capability = workload.capabilityOf(tool);
  capabilities.set(tool, capability);
  return capability;
}

/** Thirty lines that walk the rules, as a first version of such a program is. */
export function naive(workload: Workload, all: readonly WorkloadRule[], environment: string): HandWritten {
  const globs = new Map<string, RegExp>();
  const holds = (ask: Ask, { tool, args }: WorkloadCall, path: string): boolean => {
    switch (ask.kind) {
      case 'path':
        return under(path, ask.prefix);
      case 'tool':
        return globs.get(ask.glob)?.test(tool) ?? false;
      case 'text':
        return String(args['message'] ?? args['note'])
          .toLowerCase()
          .includes(ask.word);
      case 'regex':
        return globs.get(ask.pattern)?.test(String(args['message'] ?? args['note'])) ?? false;
      case 'amount':
        return ask.comparison === 'gt'
          ? (args['amount'] as number) > ask.bound
          : (args['amount'] as number) <= ask.bound;
      case 'argument':
        return ask.values.includes(args[ask.name] as string);
      case 'number':
        return ask.comparison === 'gt'
          ? (args[ask.name] as number) > ask.bound
          : (args[ask.name] as number) <= ask.bound;
      case 'prefix':
        return (args[ask.name] as string).startsWith(ask.prefix);
      case 'environment':
        return ask.name === environment;
    }
  };
  for (const ask of all.flatMap(({ asks }) => asks)) {
    if (ask.kind === 'tool') globs.set(ask.glob, globRegExp(ask.glob));
    if (ask.kind === 'regex') globs.set(ask.pattern, new RegExp(ask.pattern));
  }
  const denials = all.filter(({ effect }) => effect === 'deny');
  const allows = all.filter(({ effect }) => effect === 'allow');
  return (call) => {
    const capability = memo(workload, call.tool);
    const path = typeof call.args['path'] === 'string' ? cleanPath(call.args['path']) : '';
    const matches = (rule: WorkloadRule) =>
      rule.capability === capability && rule.asks.every((ask) => holds(ask, call, path));
    if (denials.some(matches)) return 'deny';
    return allows.some(matches) ? 'allow' : 'deny';
  };
}

/** A bit a rule, a vector of bits a family of conditions: what a careful person writes for a thousand rules. */
export function bitVectors(workload: Workload, all: readonly WorkloadRule[], environment: string): HandWritten {
  const rules = effective(all, environment);
  const programs = new Map<string, HandWritten>();
  for (const capability of new Set(rules.map((rule) => rule.capability))) {
    programs.set(capability, vectorsOf(rules.filter((rule) => rule.capability === capability)));
  }
  return (call) => programs.get(memo(workload, call.tool))?.(call) ?? 'deny';
}

/** Vectors of the rows that each value of a fact leaves. */
class Vectors {
  private readonly rows = new Map<string, number[]>();
  readonly free: Uint32Array;
  private readonly now: Uint32Array;
  readonly asks: boolean;

  constructor(rules: readonly WorkloadRule[], keysOf: (rule: WorkloadRule) => readonly string[] | undefined) {
    const words = (rules.length + 31) >> 5;
    this.free = new Uint32Array(words);
    this.now = new Uint32Array(words);
    let asks = false;
    rules.forEach((rule, row) => {
      const keys = keysOf(rule);
      if (keys === undefined) this.free[row >> 5]! |= 1 << (row & 31);
      else {
        asks = true;
        for (const key of keys) this.rows.set(key, [...(this.rows.get(key) ?? []), row]);
      }
    });
    this.asks = asks;
  }

  begin(): void {
    this.now.set(this.free);
  }

  meet(key: string): void {
    const rows = this.rows.get(key);
    if (rows) for (const row of rows) this.now[row >> 5]! |= 1 << (row & 31);
  }

  and(left: Uint32Array): void {
    for (let w = 0; w < left.length; w++) left[w]! &= this.now[w]!;
  }

  get keys(): string[] {
    return [...this.rows.keys()];
  }
}

function vectorsOf(rules: readonly WorkloadRule[]): HandWritten {
  const words = (rules.length + 31) >> 5;
  const left = new Uint32Array(words);
  const find = <K extends Ask['kind']>(rule: WorkloadRule, kind: K, name?: string) =>
    rule.asks.find((ask) => ask.kind === kind && (name === undefined || ('name' in ask && ask.name === name))) as
      | (Ask & { readonly kind: K })
      | undefined;
  const names = (kind: Ask['kind']) => [
    ...new Set(
      rules.flatMap(({ asks }) => asks.flatMap((ask) => (ask.kind === kind && 'name' in ask ? [ask.name] : []))),
    ),
  ];
  const paths = new Vectors(rules, (rule) => {
    const ask = find(rule, 'path');
    return ask && [ask.prefix];
  });
  const texts = new Vectors(rules, (rule) => {
    const ask = find(rule, 'text');
    return ask && [ask.word];
  });
  // At one place the longest word is found, and with it those that it begins with.
  const byLength = texts.keys.toSorted((a, b) => b.length - a.length);
  const begins = new Map(byLength.map((word) => [word, byLength.filter((other) => word.startsWith(other))]));
  const escaped = byLength.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const wordsFound = texts.asks ? new RegExp(escaped.join('|'), 'g') : undefined;
  const members = names('argument').map(
    (name) => [name, new Vectors(rules, (rule) => find(rule, 'argument', name)?.values)] as const,
  );
  const prefixes = names('prefix').map((name) => {
    const vectors = new Vectors(rules, (rule) => {
      const ask = find(rule, 'prefix', name);
      return ask && [ask.prefix];
    });
    return [name, vectors, [...new Set(vectors.keys.map(({ length }) => length))]] as const;
  });
  const globs = rules.map((rule) => {
    const ask = find(rule, 'tool');
    return ask && globRegExp(ask.glob);
  });
  const masks = new Map<string, Uint32Array>();
  const maskOf = (tool: string): Uint32Array => {
    let mask = masks.get(tool);
    if (!mask) {
      mask = new Uint32Array(words);
      for (const [row, glob] of globs.entries()) if (!glob || glob.test(tool)) mask[row >> 5]! |= 1 << (row & 31);
      masks.set(tool, mask);
    }
    return mask;
  };
  const numbers = [...(rules.some((rule) => find(rule, 'amount')) ? ['amount'] : []), ...names('number')].map(
    (name) => {
      const bounded = rules.map((rule) => (name === 'amount' ? find(rule, 'amount') : find(rule, 'number', name)));
      const bounds = [...new Set(bounded.flatMap((ask) => ask?.bound ?? []))].sort((a, b) => a - b);
      // For each interval the rows that it leaves: values up to bounds[i] are in interval i.
      const intervals = Array.from({ length: bounds.length + 1 }, (_, i) => {
        const vector = new Uint32Array(words);
        for (const [row, ask] of bounded.entries()) {
          const at = ask ? bounds.indexOf(ask.bound) : 0;
          if (!ask || (ask.comparison === 'lte' ? i <= at : i > at)) vector[row >> 5]! |= 1 << (row & 31);
        }
        return vector;
      });
      return [name, Float64Array.from(bounds), intervals] as const;
    },
  );
  const regexes = rules.map((rule) => {
    const ask = find(rule, 'regex');
    return ask && new RegExp(ask.pattern);
  });
  return ({ tool, args }) => {
    left.set(maskOf(tool));
    if (paths.asks) {
      const path = cleanPath(args['path'] as string);
      paths.begin();
      for (let at = path.indexOf('/', 1); ; at = path.indexOf('/', at + 1)) {
        paths.meet(at < 0 ? path : path.slice(0, at));
        if (at < 0) break;
      }
      paths.and(left);
    }
    for (const [name, bounds, intervals] of numbers) {
      const value = args[name] as number;
      let low = 0;
      let high = bounds.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (bounds[middle]! < value) low = middle + 1;
        else high = middle;
      }
      const vector = intervals[low] as Uint32Array;
      for (let w = 0; w < words; w++) left[w]! &= vector[w]!;
    }
    for (const [name, vectors] of members) {
      vectors.begin();
      vectors.meet(args[name] as string);
      vectors.and(left);
    }
    for (const [name, vectors, lengths] of prefixes) {
      const value = args[name] as string;
      vectors.begin();
      for (const length of lengths) if (length <= value.length) vectors.meet(value.slice(0, length));
      vectors.and(left);
    }
    if (wordsFound) {
      texts.begin();
      const text = String(args['message'] ?? args['note']).toLowerCase();
      wordsFound.lastIndex = 0;
      for (let found = wordsFound.exec(text); found !== null; found = wordsFound.exec(text)) {
        for (const word of begins.get(found[0]) ?? []) texts.meet(word);
        wordsFound.lastIndex = found.index + 1;
      }
      texts.and(left);
    }
    for (let w = 0; w < words; w++) {
      for (let bits = left[w] as number; bits !== 0; bits &= bits - 1) {
        const row = (w << 5) + 31 - Math.clz32(bits & -bits);
        const regex = regexes[row];
        if (!regex || regex.test(String(args['message'] ?? args['note']))) return (rules[row] as WorkloadRule).effect;
      }
    }
    return 'deny';
  };
}
