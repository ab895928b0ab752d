import { BindError } from '../../../runtime/bind-error.js';
import { UsageError } from '../../../runtime/gateway/options/flags.js';
import { SignatureError } from '../../../runtime/gateway/options/signature.js';
import { GatewayStartError } from '../../../runtime/gateway/options/start-error.js';
import { PolicyError } from '../../diagnostics/diagnostic.js';
import { SnapshotError } from '../../ir/tool-snapshot.js';
import { styleFor } from '../../report/style.js';
import { renderDiagnostic, safe } from '../../report/text.js';
import { ScaffoldError } from '../../start/scaffold.js';

/** The one place where exit codes have names. */
export const EXIT = { done: 0, no: 1, failed: 2 } as const;

/** The command can't be carried out; one sentence says why. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Tells a person why a command failed. @returns the exit code. */
export function reportFailure(error: unknown): number {
  const style = styleFor(process.stderr);
  if (error instanceof PolicyError) {
    const shown = error.diagnostics.slice(0, 50).map((diagnostic) => renderDiagnostic(diagnostic, style));
    const more = error.diagnostics.length - shown.length;
    process.stderr.write(`${shown.join('\n')}${more > 0 ? `\n… and ${more} more\n` : ''}`);
    return EXIT.failed;
  }
  const isExpected = [
    CommandError,
    ScaffoldError,
    SignatureError,
    SnapshotError,
    UsageError,
    GatewayStartError,
    BindError,
  ].some((type) => error instanceof type);
  const message = isExpected ? (error as Error).message : systemProblem(error);
  process.stderr.write(`${style.red('error')}: ${safe(message)}\n`);
  return EXIT.failed;
}

/** Errors of the file system read as sentences; anything else is a defect, and its stack says where. */
function systemProblem(error: unknown): string {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code !== undefined && syscall !== undefined) return `${code}: can't ${syscall} ${path ?? ''}`.trim();
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
