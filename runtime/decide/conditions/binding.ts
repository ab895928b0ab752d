import type { Context } from '../../types.js';
import type { PathReader } from '../paths/path-reader.js';
import type { WordIndex } from './word-index.js';

/** What conditions need of a bound policy. */
export interface Binding {
  readonly reader: PathReader;
  readonly context: Context;
  /** All words that conditions look for in texts as `contains` reads them; made by the first. */
  words?: WordIndex;
  /** How many lists of globs there are for names and risks. */
  globLists: number;
  /** All that expressions can't be found without, in texts as they are. */
  literals?: WordIndex;
}
