/** Members and elements that are looked through for the default facts: what comes after them is unknown. */
const MAX_MEMBERS = 1 << 20;

/** How much of a call a default may still look through, so that judging takes time linear in it. @internal */
export class WalkBudget {
  private left = MAX_MEMBERS;

  reset(): void {
    this.left = MAX_MEMBERS;
  }

  /** @returns whether there was so much left. */
  take(count: number): boolean {
    this.left -= count;
    return this.left >= 0;
  }
}
