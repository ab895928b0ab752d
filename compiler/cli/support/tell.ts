/** Says something to the person beside what the command prints. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
