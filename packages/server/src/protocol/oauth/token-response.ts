/**
 * Answers of the token endpoint (RFC 6749 §5.1).
 */
import type { JsonObject } from './jws.ts';
import { formatScope } from './scope.ts';

/** What is given. */
export interface TokenParts {
  readonly accessToken: string;
  /** Whether it is bound to a key (RFC 9449 §5). */
  readonly isBound: boolean;
  /** Seconds. */
  readonly expiresIn: number;
  readonly scopes: readonly string[];
  readonly refreshToken?: string | undefined;
  readonly idToken?: string | undefined;
}

/** The members of the answer; the scope is always told, because it may differ from what was asked (RFC 6749 §3.3). */
export const tokenResponse = (parts: TokenParts): JsonObject => ({
  access_token: parts.accessToken,
  token_type: parts.isBound ? 'DPoP' : 'Bearer',
  expires_in: parts.expiresIn,
  ...(parts.scopes.length === 0 ? {} : { scope: formatScope(parts.scopes) }),
  ...(parts.refreshToken === undefined ? {} : { refresh_token: parts.refreshToken }),
  ...(parts.idToken === undefined ? {} : { id_token: parts.idToken }),
});
