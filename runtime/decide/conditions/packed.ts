import type { RegexTable } from './regex.js';

/*
 * An automaton's table as text: a module holds thousands of its numbers, and a digit, a comma and a space each is most of
 * what a gateway would weigh.
 */

/** One letter a number, from -1 on. */
export const PACKED_DIGITS = '-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$';

/**
 * @param boundaries Differences from one to the next, base 36, separated by spaces.
 * @param classes The character class of each interval: one of the digits less one, or numbers separated by spaces.
 * @param next One of the digits a state.
 * @param end 1 or 0 a state.
 */
export function packed(boundaries: string, classes: string, next: string, end: string): RegexTable {
  let last = 0;
  return {
    boundaries: boundaries === '' ? [] : boundaries.split(' ').map((step) => (last += Number.parseInt(step, 36))),
    classes: classes.includes(' ')
      ? classes.split(' ').map(Number)
      : [...classes].map((digit) => PACKED_DIGITS.indexOf(digit) - 1),
    next: [...next].map((digit) => PACKED_DIGITS.indexOf(digit) - 1),
    end: [...end].map(Number),
  };
}
