import { RE2JS, RE2JSException } from 're2js';
import {
  alphabetCost,
  BEGIN_LINE,
  BEGIN_TEXT,
  END_LINE,
  END_TEXT,
  type Instruction,
  NO_WORD_BOUNDARY,
  Regex,
  type RegexProgram,
  type RegexTable,
  WORD_BOUNDARY,
} from '../../runtime/decide/conditions/regex.js';

import { requiredLiteral } from './required-literal.js';

/*
 * Patterns are parsed by re2js, whose program for RE2's own machine is turned into ours. Its names for instructions and
 * assertions are those of Go's regexp/syntax, from which it stems.
 */

enum Op {
  Alt = 1,
  AltMatch = 2,
  Capture = 3,
  EmptyWidth = 4,
  Fail = 5,
  Match = 6,
  Nop = 7,
  Rune = 8,
  Rune1 = 9,
  RuneAny = 10,
  RuneAnyNotNewline = 11,
}

interface Re2Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: ArrayLike<number>;
}

interface Re2Program {
  readonly start: number;
  readonly inst: readonly Re2Instruction[];
  readonly numLb: number;
}

const MAX_RUNE = 0x10ffff;
/** Repetitions unroll: more than this is no pattern for a policy. */
const MAX_INSTRUCTIONS = 20_000;
const MAX_ALPHABET = 20_000_000;

/** What is wrong with a pattern; undefined where it is fine. */
export function regexProblem(pattern: string): string | undefined {
  try {
    const program = parse(pattern);
    if (program.numLb > 0) return 'look-around is no part of the language';
    if (program.inst.length > MAX_INSTRUCTIONS) return 'it is too large once its repetitions are written out';
    const translated = { start: program.start, instructions: program.inst.map(translate) };
    if (alphabetCost(translated) > MAX_ALPHABET) return 'it tells too many sets of characters apart';
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message.replace(/^error parsing regexp: /, '');
    if (error instanceof RangeError) return 'it nests too deeply';
    throw error;
  }
}

/** More states than this, and tables are larger than the program: then the automaton is made as texts need it. */
const MAX_TABLE_STATES = 48;

/** The whole automaton of a pattern that has no problem, where that is small; else its program. */
export function compileRegex(pattern: string): RegexTable | RegexProgram {
  const program = regexProgram(pattern);
  const literal = requiredLiteral(program);
  const compiled = new Regex(program).table(MAX_TABLE_STATES) ?? program;
  return literal === undefined ? compiled : { ...compiled, literal };
}

/** The program of a pattern that has no problem. */
export function regexProgram(pattern: string): RegexProgram {
  const { start, inst } = parse(pattern);
  return { start, instructions: inst.map(translate) };
}

function parse(pattern: string): Re2Program {
  const regex = RE2JS.compile(pattern) as unknown as { readonly re2Input: { readonly prog: Re2Program } };
  return regex.re2Input.prog;
}

function translate({ op, out, arg, runes }: Re2Instruction): Instruction {
  switch (op) {
    case Op.Alt:
    case Op.AltMatch:
      return ['alt', out, arg];
    case Op.Capture:
    case Op.Nop:
      return ['assert', out, 0];
    case Op.EmptyWidth:
      return ['assert', out, arg & ASSERTIONS];
    case Op.Match:
      return ['match'];
    case Op.Fail:
      return ['fail'];
    case Op.RuneAny:
      return ['take', out, [0, MAX_RUNE]];
    case Op.RuneAnyNotNewline:
      return ['take', out, [0, 9, 11, MAX_RUNE]];
    case Op.Rune:
    case Op.Rune1: {
      const list = Array.from(runes);
      if (list.length !== 1) return ['take', out, list];
      const rune = list[0] as number;
      return ['take', out, (arg & FOLD_CASE) !== 0 ? foldRanges(rune) : [rune, rune]];
    }
    default:
      throw new Error(`unknown instruction ${op}`);
  }
}

const FOLD_CASE = 1;
const ASSERTIONS = BEGIN_LINE | END_LINE | BEGIN_TEXT | END_TEXT | WORD_BOUNDARY | NO_WORD_BOUNDARY;

/** The characters that equal one but for case, as the library itself spells them out in a class. */
function foldRanges(rune: number): number[] {
  const hex = rune.toString(16);
  // A second member keeps the class from being shortened to the character again.
  const { inst } = parse(`(?i)[\\x{${hex}}\\x{10ffff}]`);
  const ranges = Array.from(inst.find(({ op, runes }) => op === Op.Rune && runes.length > 1)?.runes ?? [rune, rune]);
  return ranges.slice(0, -2);
}
