import type { Progress } from '../../diagnostics/progress.js';

/** Says on stderr how far a long piece of work is: nothing in its first second, then a line now and then. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  const start = Date.now();
  let said = start;
  return (step, done, total) => {
    const now = Date.now();
    if (done === 0 || now - said < 1000 || now - start < 1000) return;
    said = now;
    const line = `${step}: ${done} of ${total}`;
    stream.write(stream.isTTY ? `\r\x1b[K${line}${done >= total - 1 ? '\n' : ''}` : `${line}\n`);
  };
}
