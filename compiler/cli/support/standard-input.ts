/** A policy on standard input: its text, and a name that says in which language it is. */
export async function readInput(): Promise<{ readonly source: string; readonly name: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const source = Buffer.concat(chunks).toString('utf8');
  const isDsl = /^(?:\s|#.*\n)*policy\s/.test(source);
  return { source, name: isDsl ? 'stdin.capfence' : 'stdin.yaml' };
}
