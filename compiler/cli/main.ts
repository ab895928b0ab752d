#!/usr/bin/env node
import { CommanderError } from 'commander';
import { program } from './program.js';
import { EXIT, reportFailure } from './support/failure.js';

/** `help VERB` is `VERB --help`, but for verbs that there are not. */
function helpOf([verb, ...others]: string[]): string[] {
  if (verb === undefined) return ['--help'];
  const isKnown = program(() => {}).commands.some((command) => command.name() === verb);
  return isKnown ? [verb, '--help'] : [verb, ...others];
}

async function main(given: string[]): Promise<number> {
  const argv = given[0] === 'help' ? helpOf(given.slice(1)) : given;
  if (argv[0] === 'run') {
    // Its command line is the gateway's own, so that a prebuilt gateway reads the same flags.
    const { run } = await import('./commands/run.js');
    return run(argv.slice(1));
  }
  let exit: number = EXIT.done;
  try {
    const root = program((code) => {
      exit = code;
    });
    if (argv.length === 0) {
      root.outputHelp({ error: true });
      return EXIT.failed;
    }
    await root.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    // Help and version come here as well; commander has said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.failed;
    return reportFailure(error);
  }
}

if (process.argv[2] !== 'run') {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done); // `capfence logs | head`
    throw error;
  });
}
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
    // A gateway's standard input may stay open; everything it wrote has been flushed.
    if (process.argv[2] === 'run') process.exit(code);
  },
  (error: unknown) => {
    process.exitCode = reportFailure(error);
  },
);
