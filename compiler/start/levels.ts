import type { Action } from './verbs.js';

/** How much passes unasked. */
export const LEVELS = ['cautious', 'balanced', 'open'] as const;
export type Level = (typeof LEVELS)[number];

/** What becomes of a call. */
export type Outcome = 'deny' | 'ask' | 'allow';

/** By action, what each level makes of it where nothing else is said. */
export const OUTCOMES: Readonly<Record<Action, Readonly<Record<Level, Outcome>>>> = {
  read: { cautious: 'allow', balanced: 'allow', open: 'allow' },
  fetch: { cautious: 'ask', balanced: 'allow', open: 'allow' },
  write: { cautious: 'ask', balanced: 'ask', open: 'allow' },
  send: { cautious: 'ask', balanced: 'ask', open: 'ask' },
  execute: { cautious: 'deny', balanced: 'ask', open: 'ask' },
  pay: { cautious: 'deny', balanced: 'ask', open: 'ask' },
  delete: { cautious: 'deny', balanced: 'ask', open: 'ask' },
  use: { cautious: 'ask', balanced: 'ask', open: 'ask' },
};

/** A path outside the folders, whatever is done there. */
export const OUTSIDE: Readonly<Record<Level, Outcome>> = { cautious: 'deny', balanced: 'ask', open: 'ask' };

/** Files in the folders. */
export const INSIDE: Readonly<Record<'read' | 'write' | 'delete', Readonly<Record<Level, Outcome>>>> = {
  read: { cautious: 'allow', balanced: 'allow', open: 'allow' },
  write: { cautious: 'ask', balanced: 'allow', open: 'allow' },
  delete: { cautious: 'deny', balanced: 'ask', open: 'ask' },
};

/** What shows secrets of a service. */
export const SECRETS: Readonly<Record<Level, Outcome>> = { cautious: 'deny', balanced: 'deny', open: 'ask' };
