import { parseSelector } from '../../text/selector.js';
import type { ManifestResultRule, SecretSearch } from '../../types.js';

/** A selector of what is taken out. */
interface Place {
  readonly selector: string;
  /** From the result on. */
  readonly tokens: readonly string[];
}

/** What result rules come to together, for the calls that they concern. @internal */
export interface Treatment {
  /** Detectors whose finds are taken out; each with nothing more. */
  readonly redacts: ReadonlySet<number>;
  readonly places: readonly Place[];
  /** Detectors whose finds keep the result back, with the reason. */
  readonly withholds: ReadonlyMap<number, string>;
  /** The most bytes of a result, and the reason beyond. */
  readonly most: { readonly bytes: number; readonly reason: string } | undefined;
  readonly secrets: SecretSearch | undefined;
}

/** Why a result is kept back. @internal */
export const FOUND = 'secret_found';
export const IN_KEY = 'secret_in_key';
export const SPLIT = 'secret_split';
export const TOO_LARGE = 'result_too_large';
export const UNREADABLE = 'result_unreadable';
export const SCHEMA = 'output_schema';
export const LEFT = 'secret_left';
export const SHAPE = 'result_shape';

/** @internal */
export function treatmentOf(rules: readonly ManifestResultRule[], secrets: SecretSearch | undefined): Treatment {
  const numbers = (names: 'any' | readonly string[] | undefined): number[] => {
    if (names === undefined || secrets === undefined) return [];
    return [...secrets.names.keys()].filter((at) => names === 'any' || names.includes(secrets.names[at] as string));
  };
  const places = rules.flatMap(({ redact }) => redact?.at ?? []);
  const sizes = rules.flatMap(({ maxBytes, reason = TOO_LARGE }) =>
    maxBytes === undefined ? [] : [{ bytes: maxBytes, reason }],
  );
  return {
    redacts: new Set(rules.flatMap(({ redact }) => numbers(redact?.secret))),
    places: [...new Set(places)].map((selector) => ({ selector, tokens: parseSelector(selector).tokens })),
    // Of several reasons the first is given.
    withholds: new Map(
      rules
        .toReversed()
        .flatMap(({ withhold, reason = FOUND }) => numbers(withhold).map((at) => [at, reason] as const)),
    ),
    most: sizes.toSorted((a, b) => a.bytes - b.bytes)[0],
    secrets,
  };
}
