export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A policy on standard input: its text, and a name that says in which language it is. */
export async function readInput(): Promise<{ readonly source: string; readonly name: string }> {
  const source = await readStandardInput();
  return { source, name: isDsl(source) ? 'stdin.capfence' : 'stdin.yaml' };
}

/** A policy in YAML is a mapping: its first word is a key. In the DSL a word follows, or a text. */
function isDsl(source: string): boolean {
  const text = source.replace(/^\uFEFF/, '').replace(/^(?:\s|#.*(?:\n|$))*/, '');
  return /^[a-z][\w-]*[ \t\r\n]+(?![:\s])/i.test(text);
}
