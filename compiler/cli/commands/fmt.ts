import { readFileSync, writeFileSync } from 'node:fs';
import { formatFile, type PolicySyntax, syntaxOf } from '../../format.js';
import { CommandError, EXIT } from '../support/failure.js';

interface Options {
  readonly check?: boolean;
  readonly to?: string;
  readonly out?: string;
}

/** `capfence fmt`: formats in place; with `--to` converts, to standard output or `-o FILE`. */
export async function run(files: string[], { check, to, out }: Options): Promise<number> {
  if (to !== undefined) {
    if (to !== 'yaml' && to !== 'capfence') throw new CommandError(`--to is yaml or capfence, not ${to}`);
    if (files.length !== 1) throw new CommandError('--to converts one file');
    return convert(files[0] as string, to, out);
  }
  if (out !== undefined) throw new CommandError('-o goes with --to');
  let stale = 0;
  for (const file of files) {
    const text = await formatFile(file, syntaxOf(file));
    if (text === readFileSync(file, 'utf8')) continue;
    stale++;
    if (!check) writeFileSync(file, text);
    process.stderr.write(check ? `${file} is not formatted\n` : `formatted ${file}\n`);
  }
  return check && stale > 0 ? EXIT.no : EXIT.done;
}

async function convert(file: string, to: PolicySyntax, out: string | undefined): Promise<number> {
  const text = await formatFile(file, to);
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
  return EXIT.done;
}
