import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './capfence.js';

/** The text of the policy that every reader knows. */
export const SEED = readFileSync(join(ROOT, 'policies/mcp_policy.yaml'), 'utf8');
