import { isUtf8 } from 'node:buffer';
import type { SecretSearch } from '../../types.js';
import { parsed } from '../../wire/json.js';
import { secretsInMessage } from './found-secrets.js';
import { redactedWhole, type Treated } from './treated-message.js';
import { type Treatment, treatmentOf } from './treatment.js';

/**
 * How results are kept in the audit log: without the secrets that the policy knows, whatever was done about them on the wire.
 *
 * @returns undefined for what is not kept.
 * @internal
 */
export function storedResult(
  secrets: () => SecretSearch | undefined,
): (line: Buffer, treated: Treated | undefined) => string | undefined {
  return (line, treated) => {
    if (treated?.withheld !== undefined || !isUtf8(line)) return undefined;
    const text = treated?.text ?? line.toString();
    const search = secrets();
    if (!search) return text;
    const message = parsed(text);
    if (message === undefined) return undefined;
    const { finds } = secretsInMessage(text, message, search);
    return finds.length === 0 ? text : redactedWhole(text, finds, everything(search))?.text;
  };
}

/** All that the policy knows is taken out. */
function everything(secrets: SecretSearch): Treatment {
  return { ...treatmentOf([], secrets), redacts: new Set(secrets.names.keys()) };
}
