// What the reference interpreter asks of Node, for a browser.
import { Buffer } from 'buffer/index.js';
import crc from 'crc-32';

export { Buffer };
export const crc32 = (bytes) => crc.buf(bytes) >>> 0;
// Asked for by the bundles of the command line, never by what a page runs.
export const createRequire = () => undefined;
export const process = { platform: 'linux' };
