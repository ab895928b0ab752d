/** The gateway can't be started as it was asked to: the command ends with 2 and this sentence. */
export class GatewayStartError extends Error {
  override readonly name = 'GatewayStartError';
}

/** Turns what stops a start into one clear sentence. */
export function startable<T>(start: () => T, before = ''): T {
  try {
    return start();
  } catch (error) {
    throw new GatewayStartError(before + (error as Error).message, { cause: error });
  }
}
