import { MAX_DEPTH, type Selector, type SelectSink, select } from '../../text/selector.js';
import { WalkBudget } from './walk-budget.js';

/** In a loop over keys this costs nothing, where Object.hasOwn does (Node 20). */
const { hasOwnProperty: hasOwn } = Object.prototype;

/**
 * Gathers the values of a fact from a call: those that selectors name, or by default all that stand under some keys. One
 * object serves every call.
 *
 * @internal
 */
export abstract class ValueCollector implements SelectSink {
  /** A value is missing, or can't be read. */
  isUnknown = false;
  private readonly budget = new WalkBudget();

  /** Does the default take what stands under this key? */
  protected abstract takes(key: string): boolean;
  /** A value under a key that is taken, arrays taken apart. */
  protected abstract add(value: unknown, key: string): void;
  /** A string under another key. */
  protected loose(_text: string, _key: string): void {}
  /** There is more than is looked at. */
  protected cut(): void {
    this.isUnknown = true;
  }

  /** @param selectors undefined: the default. */
  protected gather(args: unknown, selectors: readonly Selector[] | undefined): void {
    this.isUnknown = false;
    if (selectors === undefined) {
      this.budget.reset();
      this.walk(args, 0, '');
      return;
    }
    for (let i = 0; i < selectors.length; i++) {
      const selector = selectors[i] as Selector;
      const { name } = selector;
      if (name !== undefined && typeof args === 'object' && args !== null && hasOwn.call(args, name)) {
        this.value((args as Record<string, unknown>)[name], name);
      } else select(args, selector, this);
    }
  }

  /** SelectSink. */
  value(value: unknown, key: string): void {
    this.collect(value, key, 0);
  }

  /** SelectSink. */
  unknown(): void {
    this.isUnknown = true;
  }

  private collect(value: unknown, key: string, depth: number): void {
    if (Array.isArray(value) && value.length > 0 && depth <= MAX_DEPTH) {
      for (let i = 0; i < value.length; i++) this.collect(value[i], key, depth + 1);
    } else this.add(value, key);
  }

  /** @param key What the node stands under; an array's elements stand under the array's. */
  private walk(node: unknown, depth: number, key: string): void {
    if (node === null || typeof node !== 'object') {
      if (typeof node === 'string') this.loose(node, key);
    } else if (depth > MAX_DEPTH) this.isUnknown = true;
    else if (Array.isArray(node)) {
      if (!this.budget.take(node.length)) this.cut();
      else for (let i = 0; i < node.length; i++) this.walk(node[i], depth + 1, key);
    } else this.walkMembers(node, depth);
  }

  private walkMembers(node: object, depth: number): void {
    for (const key in node) {
      if (!hasOwn.call(node, key)) continue;
      if (!this.budget.take(1)) {
        this.cut();
        return;
      }
      const value = (node as Record<string, unknown>)[key];
      if (this.takes(key)) this.value(value, key);
      else if (typeof value === 'object' || typeof value === 'string') this.walk(value, depth + 1, key);
    }
  }
}
