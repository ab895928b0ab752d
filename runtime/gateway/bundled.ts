/**
 * What the bundler of prebuilt gateways fixes (compiler/emit/bundle.ts), so that what a policy has no use for is left out.
 * Elsewhere nobody sets them.
 */
declare global {
  /** The policy says nothing of results. */
  var CAPFENCE_WITHOUT_RESULTS: boolean | undefined;
  /** The policy asks nothing of the past. */
  var CAPFENCE_WITHOUT_HISTORY: boolean | undefined;
}

export {};
