import * as z from 'zod/mini';
import { SQL_DIALECTS } from '../../runtime/data/sql.js';
import { aSelector, labelWord, labelWords } from '../conditions/after.js';
import { someString, stringOrList } from '../conditions/schema.js';
import { secretNames } from '../conditions/secret.js';
import { isZone } from '../conditions/time.js';

/*
 * The shapes of a policy file, piece by piece. Where zod would answer with its own words, `error` names what is
 * expected, and CF103 makes the sentence. Rules and mappings may be written in short forms; they are expanded before
 * their schema sees them.
 */

const listOf = (expected: string) => z.array(z.unknown(), { error: expected });

const decisionWord = (words: readonly [string, ...string[]]) => z.enum(words, { error: `one of ${words.join(', ')}` });

const word = z.string({ error: 'a snake_case word' }).check(z.regex(/^[a-z][a-z0-9_]*$/, 'a snake_case word'));

const section = z.optional(listOf('a list of rules'));

const ZONE = 'an IANA time zone such as Europe/Berlin';
const DIALECT = `one of ${SQL_DIALECTS.join(', ')}`;
const dialect = z.enum(SQL_DIALECTS, { error: DIALECT });
const dialects = z.union([dialect, z.array(dialect).check(z.minLength(1, DIALECT))], { error: DIALECT });

export const policySchema = z.strictObject(
  {
    version: z.optional(z.union([z.literal(1), z.literal('1.0')], { error: '1' })),
    policy_name: z.optional(someString('a name')),
    description: z.optional(z.string({ error: 'a string' })),
    extends: z.optional(stringOrList),
    enforcement_mode: z.optional(decisionWord(['enforce', 'observe', 'block'])),
    approval_timeout_seconds: z.optional(
      z.int({ error: 'a positive whole number of seconds' }).check(z.positive('a positive whole number of seconds')),
    ),
    deny: section,
    require_approval: section,
    allow: section,
    warn: section,
    risk_levels: z.optional(
      z.record(
        z.string(),
        z.strictObject(
          { action: decisionWord(['deny', 'block', 'require_approval', 'warn', 'allow']) },
          { error: 'a mapping with an `action`' },
        ),
        { error: 'a mapping of levels' },
      ),
    ),
    paths: z.optional(
      z.strictObject(
        { case: z.optional(decisionWord(['sensitive', 'insensitive'])) },
        { error: 'a mapping with `case`' },
      ),
    ),
    sql: z.optional(
      z.strictObject(
        { dialect: z.optional(dialects), functions: z.optional(stringOrList) },
        { error: 'a mapping with `dialect` and `functions`' },
      ),
    ),
    timezone: z.optional(z.string({ error: ZONE }).check(z.refine(isZone, ZONE))),
    mark: z.optional(listOf('a list of marks')),
    limits: z.optional(listOf('a list of limits')),
    prove: z.optional(listOf('a list of promises')),
    results: z.optional(listOf('a list of result rules')),
    patterns: z.optional(
      z.record(z.string(), z.string({ error: 'a regular expression' }), {
        error: 'a mapping of names to regular expressions',
      }),
    ),
    labels: z.optional(z.array(labelWord, { error: 'a list of labels' })),
    rules: z.optional(listOf('a list of rules')),
    tools: z.optional(z.record(z.string(), z.unknown(), { error: 'a mapping of tool names' })),
    methods: z.optional(z.record(z.string(), z.unknown(), { error: 'a mapping of methods' })),
    threshold: z.optional(z.unknown()),
  },
  { error: 'a mapping with rules' },
);

/** What every rule may have beside its conditions. */
export const ruleFields = {
  capability: z.string({ error: 'a capability' }),
  id: z.optional(someString('an id')),
  reason: z.optional(word),
  description: z.optional(z.string({ error: 'a string' })),
};

const selectors = z.array(someString('a selector'), { error: 'a list of selectors' });

/** Selectors, some of which are read as one. */
const groups = z.array(
  z.union([someString('a selector'), z.array(someString('a selector')).check(z.minLength(1))], {
    error: 'a selector or a list of selectors that are read as one',
  }),
  { error: 'a list of selectors' },
);

export const mappingSchema = z.strictObject(
  {
    capability: z.string({ error: 'a capability' }),
    paths: z.optional(selectors),
    amounts: z.optional(selectors),
    urls: z.optional(selectors),
    sql: z.optional(selectors),
    recipients: z.optional(selectors),
    dialect: z.optional(dialects),
    text: z.optional(groups),
    commands: z.optional(groups),
    shell: z.optional(z.boolean({ error: 'true or false' })),
    risk: z.optional(someString('a risk level')),
    tree: z.optional(z.boolean({ error: 'true or false' })),
  },
  { error: 'a capability or a mapping with `capability`' },
);

/** What a mark may have beside its conditions. */
export const markFields = {
  label: z.optional(labelWords),
  clear: z.optional(labelWords),
  capability: z.string({ error: 'a capability' }),
  by: z.optional(aSelector),
  result: z.optional(z.record(z.string(), z.unknown(), { error: 'a mapping with `at` and an operator' })),
  id: z.optional(someString('an id')),
  description: z.optional(z.string({ error: 'a string' })),
};

/** What a mark's result must hold. */
export const heldSchema = z.strictObject({ secret: secretNames }, { error: 'a mapping with `secret` alone' });

const MAX = 'a number from 0 up';

/** What a limit may have beside its conditions. */
export const limitFields = {
  id: z.optional(someString('an id')),
  capability: z.string({ error: 'a capability' }),
  max: z.number({ error: MAX }).check(z.refine((value) => Number.isFinite(value) && value >= 0, MAX)),
  per: z.string({ error: 'a duration such as 24h, or session' }),
  of: z.optional(aSelector),
  by: z.optional(aSelector),
  whose: z.optional(decisionWord(['agent', 'everyone'])),
  over: z.optional(decisionWord(['deny', 'require_approval', 'warn'])),
  reason: z.optional(word),
  description: z.optional(z.string({ error: 'a string' })),
};

const BYTES = 'a number of bytes from 1 up';

/** What a result rule may have beside its conditions. */
export const resultRuleFields = {
  id: z.optional(someString('an id')),
  capability: z.string({ error: 'a capability' }),
  redact: z.optional(
    z.strictObject(
      {
        secret: z.optional(secretNames),
        at: z.optional(
          z.union([aSelector, z.array(aSelector).check(z.minLength(1, 'a selector, or a list of them'))], {
            error: 'a selector, or a list of them',
          }),
        ),
      },
      { error: 'a mapping with `secret` or `at`' },
    ),
  ),
  withhold: z.optional(z.strictObject({ secret: secretNames }, { error: 'a mapping with `secret`' })),
  max_bytes: z.optional(z.int({ error: BYTES }).check(z.positive(BYTES))),
  reason: z.optional(word),
  description: z.optional(z.string({ error: 'a string' })),
};

const CLAIM = 'a mapping with a decision, a capability and conditions';

/** A promise, the claim in it unchecked. */
export const promiseSchema = z.strictObject({
  never: z.optional(z.record(z.string(), z.unknown(), { error: CLAIM })),
  always: z.optional(z.record(z.string(), z.unknown(), { error: CLAIM })),
  id: z.optional(someString('an id')),
  description: z.optional(z.string({ error: 'a string' })),
});

/** What a claim has beside its conditions: one of these, with a capability. */
export const claimFields = {
  allow: z.optional(z.string({ error: 'a capability' })),
  warn: z.optional(z.string({ error: 'a capability' })),
  require_approval: z.optional(z.string({ error: 'a capability' })),
};
