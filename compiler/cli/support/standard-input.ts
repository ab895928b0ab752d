export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A policy on standard input: its text, and a name that says in which language it is. */
export async function readInput(): Promise<{ readonly source: string; readonly name: string }> {
  const source = await readStandardInput();
  const isDsl = /^(?:\s|#.*\n)*policy\s/.test(source);
  return { source, name: isDsl ? 'stdin.capfence' : 'stdin.yaml' };
}
