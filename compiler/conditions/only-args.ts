import { code } from '../emit/code/code.js';
import { asList, type Condition, orList, shownValue } from './condition.js';
import { stringOrList } from './schema.js';

/** `only_args`: the call has no other arguments than these. Nothing about it is ever unknown. */
export const onlyArgs: Condition<readonly string[]> = {
  key: 'only_args',
  dsl: { fact: 'arguments', operator: 'only', operand: 'texts' },
  schema: stringOrList,
  lower: (value) => [asList(value)],
  fact: () => 'only_args',
  evaluate: (names, facts) => [facts.argumentNames().every((name) => names.includes(name)) ? 'true' : 'false'],
  observe: (names, facts) =>
    facts
      .argumentNames()
      .filter((name) => !names.includes(name))
      .map(shownValue),
  emit: (names, context) => {
    const set = context.constant('only', code`${context.use('argumentNames')}(${names})`);
    return code`${context.use('onlyArguments')}(f, ${set})`;
  },
  region: (names, algebra) => algebra.onlyArguments(names),
  describe: (names) => `no other arguments than ${orList(names)}`,
};
