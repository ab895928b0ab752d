import { Command, Option } from 'commander';
import { VERSION } from '../package/version.js';
import { CommandError } from './support/failure.js';

/** What a command module exports: its exit code once it is done. */
type Run<Options> = (args: string[], options: Options) => Promise<number>;

/** Adds a command, whose module is loaded when it is asked for. */
type Add = <Options>(usage: string, description: string, load: () => Promise<{ run: Run<Options> }>) => Command;

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const asJson = (): Option => new Option('--json', 'as --format json').implies({ format: 'json' });

/** The command line. Everything heavy is loaded by the command that needs it. @param setExit Told how a command ends. */
export function program(setExit: (code: number) => void): Command {
  const root = new Command('capfence')
    .description('Compiled policies for MCP tool calls: compile, check and enforce them.')
    .version(VERSION, '--version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', '\nhelp VERB, or VERB --help, shows the flags of one.')
    .showHelpAfterError('(--help shows the flags)')
    .exitOverride();
  const command: Add = (usage, description, load) =>
    root
      .command(usage)
      .description(description)
      .exitOverride()
      .action(async (...call: unknown[]) => {
        const self = call.at(-1) as Command;
        const { run } = await load();
        setExit(await run(self.args, self.opts() as never));
      });
  policyCommands(command);
  gatewayCommands(root, command);
  serverCommands(command);
  auditCommands(command);
  historyCommands(command);
  approvalCommands(command);
  keyCommand(command);
  completionCommand(root);
  return root;
}

function policyCommands(command: Add): void {
  command('compile <policy...>', 'write the decision module of a policy', () => import('./commands/compile.js'))
    .option('-o, --out <dir>', 'where to write NAME.ts, NAME.js and NAME.manifest.json', 'generated')
    .option('--gateway <file>', 'also write one self-contained gateway with this policy in it')
    .option('--otlp', 'build in what --otlp of that gateway needs')
    .option('--postgres', 'build in what --approvals postgres://… of that gateway needs')
    .option('--sign <key>', 'write FILE.sig beside what is run, for --require-signature (see capfence keygen)')
    .option('--context <k=v>', 'fix a context value now (repeatable)', collect)
    .option('--tools <file>', 'the tools of the server (see capfence scan): what their schemas lack is unknown')
    .option('--fail-on <level>', 'refuse a policy with findings from here up: error, warning, note, never', 'error')
    .option('--check', 'write nothing; exit 1 where what is on disk differs')
    .option('--json', 'say on standard output what was written, for programs')
    .option('--together', 'the policies are of one agent: labels go from one server to the other')
    .option('--watch', 'compile again whenever the policy changes');
  command(
    'check <policy...>',
    'find conflicts, shadowed rules and what never applies',
    () => import('./commands/check.js'),
  )
    .option('--format <format>', 'text, json, sarif, markdown or github', 'text')
    .option('--fail-on <level>', 'exit 1 for findings from here up: error, warning, note, never', 'warning')
    .option('--tools <file>', 'check against the tools of a server (see capfence scan)')
    .option('--root <dir>', 'a folder relative paths are resolved against (repeatable)', collect)
    .option(
      '--now <time>',
      'the moment of the check, for what has expired (2026-12-31T18:00:00Z); the clock without it',
    )
    .option('--budget <seconds>', 'stop the analysis after so long, and say so (60)')
    .option('--together', 'the policies are of one agent: labels go from one server to the other')
    .addOption(asJson());
  command('diff <old> <new>', 'show which calls change their verdict', () => import('./commands/diff.js'))
    .option('--format <format>', 'text, json, sarif, markdown or github', 'text')
    .option('--fail-on <change>', 'exit 1 where the policy is widened, changed, or never', 'widened')
    .option('--root <dir>', 'a folder relative paths are resolved against (repeatable)', collect)
    .option('--now <time>', 'when calls are made (2026-12-31T18:00:00Z); the clock without it')
    .option('--budget <seconds>', 'stop the analysis after so long, and say so (60)')
    .addOption(asJson());
  command('report <policy>', 'write a page about a policy', () => import('./commands/report.js'))
    .option('-o, --out <file>', 'where to write', 'report.html')
    .option('--tools <file>', 'the tools of a server (see capfence scan)');
  command('explain <policy>', 'say why a call is decided as it is', () => import('./commands/explain.js'))
    .option('--tool <name>', 'the tool that is called')
    .option('--args <json>', 'its arguments, a JSON object', '{}')
    .option('--calls <file>', 'decide calls from a file of JSON Lines instead (- for standard input)')
    .option('--history <json>', 'what came before: {"secret":{"must":-5}}, {} for nothing; unknown without it')
    .option('--trace', 'with --calls: each call comes after those before it')
    .option('--context <k=v>', 'a context value (repeatable)', collect)
    .option('--root <dir>', 'a folder relative paths are resolved against (repeatable)', collect)
    .option('--now <time>', 'when the call is made (2026-12-31T18:00:00Z); the clock without it')
    .option('--json', 'for programs');
  command('fmt <file...>', 'format policies, or convert between YAML and the DSL', () => import('./commands/fmt.js'))
    .option('--check', 'write nothing; exit 1 where a file is not formatted')
    .option('--to <syntax>', 'convert to yaml or capfence, to standard output')
    .option('-o, --out <file>', 'with --to: where to write');
  command('test <fixture...>', 'run the cases of policy fixtures', () => import('./commands/test.js'))
    .option(
      '--now <time>',
      'when calls are made (2026-12-31T18:00:00Z); where a case says nothing; the clock without it',
    )
    .option('--coverage', 'show which rules and condition outcomes no case reached')
    .option('--format <format>', 'text, json or junit', 'text')
    .addOption(asJson());
  command('lsp', 'a language server for policies, on standard input and output', () => import('./commands/lsp.js'))
    .option('--stdio', 'as without it: editors give it')
    .addOption(new Option('--analysis').hideHelp());
  command(
    'mutate <policy>',
    'find changes to a policy that its tests would not notice',
    () => import('./commands/mutate.js'),
  )
    .option('--tests <fixture>', 'a fixture with its cases (repeatable)', collect)
    .option('--format <format>', 'text, json or markdown', 'text')
    .option('--fail-under <percent>', 'exit 1 where fewer changes are noticed')
    .option('--write <fixture>', 'add cases that notice the others, to be looked over')
    .option('--now <time>', 'when calls are made, where a case says nothing; the clock without it')
    .addOption(asJson());
}

function gatewayCommands(root: Command, command: Add): void {
  root
    .command('run', { hidden: false })
    .description('run the gateway in front of a stdio MCP server')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[args...]')
    .usage('(--policy FILE | --module FILE) [flags] -- COMMAND [ARG…]')
    .exitOverride();
  command('logs', 'show the audit log, newest last', () => import('./commands/logs.js'))
    .option('--agent <id>', 'only of this agent')
    .option('--decision <d>', 'only allow, warn, require_approval or deny')
    .option('--tool <name>', 'only of this tool')
    .option('--since <time>', 'only from this time on: ISO 8601, or 90s, 15m, 2h, 7d ago')
    .option('--limit <n>', 'only the last n')
    .option('--follow', 'show the last ten, and go on showing what comes')
    .option('--arguments', 'also what was asked for, where it is stored (run --audit-payloads)')
    .option('--json', 'one record a line, as written')
    .option('--audit <dir>', 'the audit folder');
}

function serverCommands(command: Add): void {
  command(
    'scan <command...>',
    'save the tools of a server, to compile and check against',
    () => import('./commands/scan.js'),
  )
    .option('-o, --out <file>', 'where to write; standard output without it')
    .option('--lock <file>', 'write a lock file, for the --lock of a gateway and for review')
    .option('--check <file>', 'compare with a lock file; exit 1 where a tool differs')
    .option('--json', 'with -o, --lock or --check: what came of it, for programs')
    .usage('[-o FILE | --lock FILE | --check FILE] -- COMMAND [ARG…]');
  command(
    'init [command...]',
    'write a policy to begin with, from the tools of a server',
    () => import('./commands/init.js'),
  )
    .option('-o, --out <file>', 'the policy to write', 'capfence.yaml')
    .option(
      '--folder <dir>',
      "where files may be read and written: the server's own folders without it (repeatable)",
      collect,
    )
    .option('--tools <file>', 'read the tools from a snapshot instead of starting the server')
    .option('--lock <file>', 'also write a lock file of the tools')
    .option('--level <level>', 'how much passes unasked: cautious, balanced (without it) or open')
    .option('--trust-hints', 'believe readOnlyHint of the locked tools where their names say nothing')
    .option('--force', 'write over a policy that is there')
    .option('--json', 'for programs')
    .usage('[-o FILE] [--folder DIR]… -- COMMAND [ARG…]');
  command(
    'wrap [file...]',
    "put the gateway in front of the servers in clients' configurations",
    () => import('./commands/wrap.js'),
  )
    .option('--policy <file>', 'one policy for all; without it one is made for each server')
    .option('--lock <file>', 'a lock file of the tools; without it one is made for each server')
    .option('--server <name>', 'only this server (repeatable)', collect)
    .option('--dir <dir>', 'where policies and locks are kept (~/.config/capfence)')
    .option('--level <level>', 'how much a policy that is made lets pass: cautious, balanced (without it) or open')
    .option('--trust-hints', 'believe readOnlyHint of the locked tools where their names say nothing')
    .option(
      '--audit-payloads',
      'keep calls in the log too, with passwords and tokens masked (capfence logs --arguments)',
    )
    .option('--dry-run', 'start and write nothing: show what would change')
    .option('--json', 'for programs');
  command('unwrap [file...]', 'take the gateway away again', () => import('./commands/unwrap.js'))
    .option('--server <name>', 'only this server (repeatable)', collect)
    .option('--dry-run', 'write nothing: show what would change');
  command(
    'status [file...]',
    'what is guarded on this machine, by what, what waits, and whether the logs verify',
    () => import('./commands/status.js'),
  )
    .option('--scan', 'start each guarded server, and compare its tools with its lock')
    .option('--json', 'for programs');
  command(
    'suggest',
    'propose the smallest policy that permits what was recorded',
    () => import('./commands/suggest.js'),
  )
    .option('--audit <dir>', 'the audit folder of a gateway with --observe --audit-payloads')
    .option('--agent <id>', 'only what this agent did')
    .option('--policy <file>', 'a policy that says which tools exercise what')
    .option('-o, --out <file>', 'where to write; standard output without it');
}

function auditCommands(command: Add): void {
  command('verify', "check the audit log's integrity", () => import('./commands/verify.js'))
    .option('--audit <dir>', 'the audit folder')
    .option('--head <file>', 'remember how far each segment has come, and notice what is gone the next time')
    .option('--key <file>', 'the public key (SPKI PEM) that every segment must be signed for')
    .option('--crashes-ok', 'torn and unfinished segments are no failure')
    .option('--json', 'for programs');
  command('prune', 'take old segments out of the audit log, and record which', () => import('./commands/prune.js'))
    .requiredOption('--older-than <age>', 'whole finished segments whose last record is older: 90d, 12h')
    .requiredOption('--why <text>', 'why, for the record')
    .option('--archive <dir>', 'move them there; without it they are removed')
    .option('--by <who>', 'who does it (your user name)')
    .option('--audit <dir>', 'the audit folder')
    .option('--head <file>', 'the head file of verify, which is to forget them')
    .option('--sign <key>', 'sign the record, as the gateway does')
    .option('--dry-run', 'change nothing: show what would go')
    .option('--json', 'for programs');
  command(
    'trace <id>',
    'show one record of the audit log, with the rule that decided',
    () => import('./commands/trace.js'),
  )
    .option('--audit <dir>', 'the audit folder')
    .option('--json', 'for programs');
  command('replay', 'decide recorded calls again by another policy', () => import('./commands/replay.js'))
    .option('--policy <file>', 'the policy to decide by')
    .option('--audit <dir>', 'the audit folder')
    .option('--root <dir>', 'instead of the recorded folders for relative paths (repeatable)', collect)
    .option('--now <time>', 'when calls are made (2026-12-31T18:00:00Z); as recorded without it')
    .option('--json', 'for programs');
}

function historyCommands(command: Add): void {
  command(
    'history [action] [label]',
    'show labels and totals; end a session, or clear a label',
    () => import('./commands/history.js'),
  )
    .option('--agent <id>', 'whose (CAPFENCE_AGENT, mcp-agent)')
    .option('--session <name>', 'with end: which session (CAPFENCE_SESSION, the unnamed one)')
    .option('--why <text>', 'with clear: why, for the record')
    .option('--by <who>', 'who does it (your user name)')
    .option('--ledger <ledger>', 'where the past is kept: a folder, or postgres://… (CAPFENCE_LEDGER)')
    .option('--audit <dir>', 'the audit folder to record it in')
    .option('--sign <key>', 'sign that record, as the gateway does')
    .option('--json', 'for programs')
    .usage('[--agent ID] [--json] | end [--session NAME] | clear LABEL --why TEXT');
}

function approvalCommands(command: Add): void {
  const store = [
    ['--approvals <store>', 'where the requests are: a folder, or postgres://… (CAPFENCE_APPROVALS)'],
    ['--audit <dir>', 'the audit folder to record the decision in'],
    ['--sign <key>', 'sign those records, as the gateway does'],
  ] as const;
  const withStore = (verb: Command): Command => store.reduce((to, [flags, help]) => to.option(flags, help), verb);
  withStore(
    command('approvals [list]', 'show the calls that wait for a person', () => import('./commands/approvals.js'))
      .option('--all', 'also what is over')
      .option('--json', 'all of them, for programs')
      .option('--watch', 'a screen to look at, approve and reject requests')
      .option('--web', 'the same as a page, on this machine')
      .option('--port <n>', 'with --web: the port (7333), 0 for a free one')
      .option('--host <address>', 'with --web: where it listens (127.0.0.1); elsewhere people must sign in (--users)')
      .option('--url <url>', 'with --web: where people reach it, through a proxy with TLS')
      .option('--users <file>', 'with --web: who may sign in')
      .option('--add-user <name>', 'add a person to --users, with a password from the terminal or standard input')
      .option('--by <who>', 'with --watch and --web: who decides (your user name)'),
  );
  withStore(
    command(
      'approve <id>',
      'let a waiting call through, once, or more of the same',
      () => import('./commands/approve.js'),
    )
      .option('--by <who>', 'who decides (your user name)')
      .option('--for <span>', 'grant more of the same: 10m, or session')
      .option('--uses <n>', 'for so many calls, this one among them')
      .option('--vary <name>', 'this argument may vary (repeatable)', collect)
      .option('--under <dir>', 'a path that varies stays in this folder (that of the call)')
      .option('--yes', 'grant without asking on the terminal'),
  );
  withStore(
    command('reject <id>', 'refuse a waiting call', () => import('./commands/reject.js'))
      .option('--by <who>', 'who decides (your user name)')
      .option('--why <text>', 'what the caller is told'),
  );
  command(
    'notify',
    'tell people elsewhere of new requests, for gateways that share a store',
    () => import('./commands/notify.js'),
  )
    .option('--notify <url>', 'post them to this webhook (repeatable; CAPFENCE_NOTIFY_SECRET signs)', collect)
    .option(
      '--notify-command <cmd>',
      'one program, without arguments, that gets them on its stdin (repeatable)',
      collect,
    )
    .option('--approvals-page <url>', 'where people decide, if on another machine (repeatable)', collect)
    .option('--notify-arguments', 'tell the arguments too')
    .option(...store[0]);
  command('grants', 'show what was granted beyond single calls', () => import('./commands/grants.js'))
    .option('--all', 'also what is over')
    .option('--json', 'all of them, for programs')
    .option(...store[0]);
  withStore(
    command('revoke <id>', 'take a grant back', () => import('./commands/revoke.js')).option(
      '--by <who>',
      'who does it (your user name)',
    ),
  );
}

function keyCommand(command: Add): void {
  command('keygen', 'make an Ed25519 key pair to sign the audit log with', () => import('./commands/keygen.js')).option(
    '-o, --out <name>',
    'writes NAME.key and NAME.pub',
    'capfence',
  );
}

function completionCommand(root: Command): void {
  root
    .command('completion <shell>')
    .description('what bash, zsh or fish is to read to complete commands and flags')
    .exitOverride()
    .addHelpText('after', '\nbash, zsh: eval "$(capfence completion bash)"    fish: capfence completion fish | source')
    .action(async (shell: string) => {
      const [{ completionFor, SHELLS }, { runFlags }] = await Promise.all([
        import('./support/completion.js'),
        import('./commands/run.js'),
      ]);
      const known = SHELLS.find((name) => name === shell);
      if (known === undefined)
        throw new CommandError(`completion takes ${SHELLS.join(', ')}, not ${JSON.stringify(shell)}`);
      process.stdout.write(completionFor(known, root, runFlags));
    });
}
