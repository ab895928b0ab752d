import { existsSync } from 'node:fs';
import { installed } from './debian.js';

export const CHROMIUM = '/usr/bin/chromium';

/** Why there is no browser to test with; undefined where there is one. */
export function missingChromium(): string | undefined {
  return installed('chromium', () => existsSync(CHROMIUM));
}
