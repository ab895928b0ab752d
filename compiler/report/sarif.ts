import { VERSION } from '../package/version.js';

/** Where something stands; columns count UTF-16 units from 1. */
export interface SarifPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The column behind it. */
  readonly endColumn?: number;
}

export function location({ file, line, column, endColumn = column + 1 }: SarifPlace) {
  return {
    physicalLocation: {
      artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: line, startColumn: column, endLine: line, endColumn },
    },
  };
}

/** A log of one run, as SARIF 2.1.0 (OASIS), in the subset that GitHub code scanning reads. */
export function sarifLog(rules: readonly object[], results: readonly object[], properties?: object): string {
  const driver = { name: 'CapFence', version: VERSION, semanticVersion: VERSION, rules };
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results, ...(properties && { properties }) };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}
