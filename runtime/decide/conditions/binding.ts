import type { Context } from '../../types.js';
import type { PathReader } from '../paths/path-reader.js';

/** What conditions need of a bound policy. */
export interface Binding {
  readonly reader: PathReader;
  readonly context: Context;
}
