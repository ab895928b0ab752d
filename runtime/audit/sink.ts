import type { SegmentFile } from './read.js';

/**
 * Something that carries records on from the segments where they were written. It works from the files, so that it can
 * neither hold a call up nor lose what could not be carried on yet.
 */
export interface Sink {
  /** A segment has been begun. */
  opened(file: SegmentFile): void;
  /** The gateway ends. Resolves soon, whether or not everything is carried on. */
  close(): Promise<void>;
}

/** Opens a sink for an audit folder. @param tell Says a sentence to a person. */
export type OpenSink = (dir: string, tell: (line: string) => void) => Promise<Sink>;
