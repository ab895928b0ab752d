const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP']
    : ('SIGINT SIGTERM SIGHUP SIGQUIT SIGUSR1 SIGUSR2 SIGALRM SIGCONT SIGWINCH'.split(' ') as NodeJS.Signals[]);

/** These ask for an end. */
const ENDING: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);

/**
 * Hands on the signals that this process gets.
 *
 * @returns what stops it.
 */
export function passSignals(onSignal: (signal: NodeJS.Signals, isEnding: boolean) => void): () => void {
  const listeners = SIGNALS.map((signal) => [signal, () => onSignal(signal, ENDING.has(signal))] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
