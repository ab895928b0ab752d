import { type Document, isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** What is typed at a place of a text in YAML. */
export interface CompletionPlace {
  /** Keys and indices from the root to the mapping, the value or the item that is typed. */
  readonly path: readonly (string | number)[];
  readonly role: 'key' | 'value' | 'item';
  /** The document as far as it goes, and whatever it can be read as. */
  readonly document: unknown;
}

/** No policy nests deeper. */
const MAX_OPEN = 256;
/** Stands for what is typed. */
const TYPED = 'CapFence-types-here';

/**
 * What is typed at an offset; undefined where that can't be told. While somebody types, a text is rarely whole: what comes
 * behind is left out, and what is open is closed.
 */
export function completionPlace(text: string, offset: number): CompletionPlace | undefined {
  const before = withoutOthers(text.slice(0, offset));
  const [word = ''] = /["']?(?:[A-Za-z0-9_*/~][\w.*/~-]*)?$/.exec(before) ?? [];
  const head = before.slice(0, before.length - word.length);
  const open = openBrackets(head);
  if (open === undefined) return undefined;
  const isKey = open === '' && /(?:^|\n)[ \t]*$/.test(head);
  const document = parseDocument(`${head}${TYPED}${isKey ? ':' : ''}${open}`, {
    strict: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const found = find(document.contents, []);
  return found && { ...found, document: plainOf(document) };
}

/** Sections whose entries stand each by itself. */
const ENTRIES = /^(?:deny|require_approval|warn|allow|mark|limits|prove|results|cases)\s*:\s*(?:#.*)?$/;

/**
 * A text without the entries that come before the one in which it ends, in lists in blocks: a thousand rules are not read to
 * complete a word in one. Indices in the path are of what is left.
 */
function withoutOthers(text: string): string {
  const kept: string[] = [];
  /** Where the list's entries begin, and where the last of them stands among what is kept. */
  let list: { readonly header: number; column?: number } | undefined;
  for (const line of text.split('\n')) {
    if (/^[^\s#-]/.test(line)) {
      // A list that is over has nothing to say any more.
      if (list) kept.length = list.header;
      list = ENTRIES.test(line) ? { header: kept.length } : undefined;
    } else if (list) {
      const column = line.search(/\S/);
      if (line[column] === '-' && /\s|^$/.test(line[column + 1] ?? '')) {
        list.column ??= column;
        if (column === list.column) kept.length = list.header + 1;
      }
    }
    kept.push(line);
  }
  return kept.join('\n');
}

/** What closes all that is open at the end of a text; undefined: the end is in a comment or a text of its own. */
function openBrackets(text: string): string | undefined {
  const open: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    const isWord = /[\w)\]}"']/.test(text[at - 1] ?? '');
    if (character === '#' && /^$|\s/.test(text[at - 1] ?? '')) {
      at = text.indexOf('\n', at);
      if (at < 0) return undefined;
    } else if ((character === '"' || character === "'") && !isWord) {
      const end = closing(text, at, character);
      if (end < 0) return undefined;
      at = end;
    } else if (character === '{' && !isWord) open.push(' }');
    else if (character === '[' && !isWord) open.push(' ]');
    else if ((character === '}' || character === ']') && open.length > 0) open.pop();
    if (open.length > MAX_OPEN) return undefined;
  }
  return open.reverse().join('');
}

function closing(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function find(node: unknown, path: readonly (string | number)[]): Omit<CompletionPlace, 'document'> | undefined {
  const isTyped = (one: unknown): boolean => isScalar(one) && String(one.value) === TYPED;
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (isTyped(key)) return { path, role: 'key' };
      const here = [...path, String(isScalar(key) ? key.value : key)];
      if (isTyped(value)) return { path: here, role: 'value' };
      const inner = find(value, here);
      if (inner) return inner;
    }
  } else if (isSeq(node)) {
    for (const [i, item] of node.items.entries()) {
      if (isTyped(item)) return { path: [...path, i], role: 'item' };
      const inner = find(item, [...path, i]);
      if (inner) return inner;
    }
  }
  return undefined;
}

function plainOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined; // An alias without its anchor.
  }
}

/** What a document has at a path; undefined where it has nothing. */
export function valueAt(document: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? value[step as never] : undefined,
    document,
  );
}
