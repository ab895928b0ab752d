/** How often a gateway that may not read looks for its parent, in milliseconds. */
const PARENT_MS = 1000;

/**
 * A client that dies while its messages are held back, the server being behind, closes a stream that nobody reads. What
 * can be seen is that this process has another parent than at its start.
 *
 * @returns what ends the watch.
 */
export function watchParent(isHeld: () => boolean, onGone: () => void): () => void {
  const parent = process.ppid;
  let wasHeld = false;
  const timer = setInterval(() => {
    const held = isHeld();
    if (wasHeld && held && process.ppid !== parent) onGone();
    wasHeld = held;
  }, PARENT_MS).unref();
  return () => clearInterval(timer);
}
