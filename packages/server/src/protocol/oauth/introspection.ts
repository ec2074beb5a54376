/**
 * What introspection tells of a token (RFC 7662 §2.2). Of a token that is not active, or not for whoever asks, it tells
 * nothing else.
 */
import type { JsonObject } from './jws.ts';
import { formatScope } from './scope.ts';

/** An active token. Times are seconds since 1970. */
export interface ActiveToken {
  readonly issuer: string;
  /** The account, or the client when it acts for itself. */
  readonly subject: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly issuedAt: number | undefined;
  readonly expiresAt: number;
  readonly tokenId: string | undefined;
  /** Of a token that comes from a sign-in. */
  readonly sessionId: string | undefined;
  readonly authTime: number | undefined;
  readonly amr: readonly string[];
  readonly acr: string | undefined;
  /** The key it is bound to (RFC 9449 §6.2). */
  readonly dpopThumbprint: string | undefined;
  /** A refresh token has no token type (RFC 7662 §2.2). */
  readonly isRefreshToken: boolean;
}

/** The answer about a token (RFC 7662 §2.2); undefined stands for every token that is not active. */
export function introspectionAnswer(token: ActiveToken | undefined): JsonObject {
  if (token === undefined) return { active: false };
  return {
    active: true,
    iss: token.issuer,
    sub: token.subject,
    client_id: token.clientId,
    exp: token.expiresAt,
    ...(token.scopes.length === 0 ? {} : { scope: formatScope(token.scopes) }),
    ...audienceMember(token.audience),
    ...(token.issuedAt === undefined ? {} : { iat: token.issuedAt }),
    ...(token.tokenId === undefined ? {} : { jti: token.tokenId }),
    ...(token.sessionId === undefined ? {} : { sid: token.sessionId }),
    ...(token.authTime === undefined ? {} : { auth_time: token.authTime }),
    ...(token.amr.length === 0 ? {} : { amr: token.amr }),
    ...(token.acr === undefined ? {} : { acr: token.acr }),
    ...(token.isRefreshToken ? {} : { token_type: token.dpopThumbprint === undefined ? 'Bearer' : 'DPoP' }),
    ...(token.dpopThumbprint === undefined ? {} : { cnf: { jkt: token.dpopThumbprint } }),
  };
}

/** RFC 7519 §4.1.3: one audience is a text. */
const audienceMember = (audience: readonly string[]): JsonObject => {
  const [only, ...others] = audience;
  if (only === undefined) return {};
  return { aud: others.length === 0 ? only : audience };
};
