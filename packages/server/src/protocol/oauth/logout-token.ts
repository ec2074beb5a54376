/**
 * Logout tokens (OpenID Connect Back-Channel Logout §2.4): the word to a client that a session has ended. Its type and
 * its event keep it from being taken for an ID token; it never has a nonce.
 */
import type { JsonObject } from './jws.ts';

/** The `typ` of its header (Back-Channel Logout §2.4). */
export const logoutTokenType = 'logout+jwt';

/** The event that it tells (Back-Channel Logout §2.4). */
export const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** Seconds; the standard recommends at most two minutes (§4). */
const lifetime = 120;

/** What a logout token is made from. */
export interface LogoutTokenParts {
  readonly issuer: string;
  readonly clientId: string;
  /** As the client knows it. */
  readonly subject: string;
  readonly sessionId: string;
  readonly tokenId: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
}

/** The claims of a logout token (Back-Channel Logout §2.4). */
export const logoutTokenClaims = (parts: LogoutTokenParts): JsonObject => ({
  iss: parts.issuer,
  sub: parts.subject,
  aud: parts.clientId,
  iat: parts.issuedAt,
  exp: parts.issuedAt + lifetime,
  jti: parts.tokenId,
  sid: parts.sessionId,
  events: { [logoutEvent]: {} },
});
