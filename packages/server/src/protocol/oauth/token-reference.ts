/**
 * Requests that name a token: introspection (RFC 7662 §2.1) and revocation (RFC 7009 §2.1).
 */
import { isOneOf, type OAuthParameters, requireParameter } from './parameters.ts';

/** RFC 7009 §4.1.2. */
const tokenTypeHints = ['access_token', 'refresh_token'] as const;

/** A token that is asked about. */
export interface TokenReference {
  readonly token: string;
  /** What the caller takes it for: a matter of speed and never of the answer. */
  readonly hint: (typeof tokenTypeHints)[number] | undefined;
}

/**
 * Reads which token is meant; a hint that we do not know is ignored (RFC 7009 §2.1). Throws `invalid_request` without a
 * token.
 */
export function parseTokenReference(parameters: OAuthParameters): TokenReference {
  const hint = parameters.values.get('token_type_hint') ?? '';
  return {
    token: requireParameter(parameters, 'token'),
    hint: isOneOf(tokenTypeHints, hint) ? hint : undefined,
  };
}
