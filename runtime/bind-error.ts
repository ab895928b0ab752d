/** A policy can't be bound to this context and environment. */
export class BindError extends Error {
  override readonly name = 'BindError';
}
