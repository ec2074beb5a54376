/**
 * JWT access tokens of clients (RFC 9068): what they claim and what a proven one allows. They name their client, so that
 * none of them can be taken for a carrier of a session (RFC 9068 §2.2, RFC 9700 §4.15).
 */
import { OAuthFault } from './error.ts';
import { isNumericDate, type JsonObject, parseObject } from './jws.ts';
import { formatScope, isScope } from './scope.ts';
import { withoutReserved } from './standard-claims.ts';

/** The sign-in that a token comes from. */
export interface SignedInParts {
  readonly sessionId: string;
  /** Seconds since 1970. */
  readonly authTime: number;
  /** RFC 8176; empty where nobody knows. */
  readonly amr: readonly string[];
  readonly acr: string | undefined;
}

/** What an access token is made from. */
export interface ClientAccessParts {
  readonly issuer: string;
  /** The resources that it is for; at least one. */
  readonly audience: readonly string[];
  /** The account as the client knows it, or the client itself. */
  readonly subject: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly tokenId: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds. */
  readonly lifetime: number;
  /** Undefined when the client acts for itself. */
  readonly signedIn: SignedInParts | undefined;
  /** The key it is bound to (RFC 9449 §6.1). */
  readonly dpopThumbprint: string | undefined;
  /** Further claims; what only we may say is left out of them. */
  readonly claims: JsonObject;
}

/** The claims of an access token (RFC 9068 §2.2). Throws RangeError without an audience. */
export function clientAccessClaims(parts: ClientAccessParts): JsonObject {
  const { signedIn, dpopThumbprint } = parts;
  const [only, ...others] = parts.audience;
  if (only === undefined) throw new RangeError('an access token has an audience');
  return {
    ...withoutReserved(parts.claims),
    iss: parts.issuer,
    sub: parts.subject,
    aud: others.length === 0 ? only : parts.audience,
    client_id: parts.clientId,
    iat: parts.issuedAt,
    exp: parts.issuedAt + parts.lifetime,
    jti: parts.tokenId,
    ...(parts.scopes.length === 0 ? {} : { scope: formatScope(parts.scopes) }),
    ...(signedIn === undefined ? {} : signedInClaims(signedIn)),
    ...(dpopThumbprint === undefined ? {} : { cnf: { jkt: dpopThumbprint } }),
  };
}

const signedInClaims = ({ sessionId, authTime, amr, acr }: SignedInParts): JsonObject => ({
  sid: sessionId,
  auth_time: authTime,
  ...(amr.length === 0 ? {} : { amr }),
  ...(acr === undefined ? {} : { acr }),
});

/** What is expected of the claims. */
export interface ClientAccessExpected {
  readonly issuer: string;
  /** It must be among those of the token; undefined where a token for anybody will do. */
  readonly audience: string | undefined;
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds that the clocks of two machines may differ. */
  readonly leeway: number;
}

/** What a proven access token says. */
export interface ClientAccess {
  readonly subject: string;
  readonly clientId: string;
  readonly tokenId: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  /** Seconds since 1970, both. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly signedIn: SignedInParts | undefined;
  readonly dpopThumbprint: string | undefined;
}

/**
 * Judges the payload of an access token whose type and signature are proven (RFC 9068 §4): issuer exactly, the audience
 * among those named, `exp` mandatory. Throws `invalid_token`.
 */
export function checkClientAccess(payload: Uint8Array, expected: ClientAccessExpected): ClientAccess {
  const said = parseObject(payload) ?? {};
  const { iss, aud, sub, client_id, jti, scope, cnf, iat, exp } = said;
  if (iss !== expected.issuer) throw refused('issuer');
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!isTexts(audience)) throw refused('claims');
  if (expected.audience !== undefined && !audience.includes(expected.audience)) throw refused('audience');
  if (typeof sub !== 'string' || typeof client_id !== 'string' || typeof jti !== 'string')
    throw refused('claims');
  if (!isNumericDate(iat) || iat > expected.now + expected.leeway) throw refused('early');
  if (!isNumericDate(exp) || exp + expected.leeway <= expected.now) throw refused('expired');
  return {
    subject: sub,
    clientId: client_id,
    tokenId: jti,
    scopes: scopesOf(scope),
    audience,
    issuedAt: iat,
    expiresAt: exp,
    signedIn: signInOf(said),
    dpopThumbprint: thumbprintOf(cnf),
  };
}

/** RFC 9068 §2.2.1: a token that names a session states when it was proven, and perhaps by what. */
function signInOf({ sid, auth_time, amr = [], acr }: JsonObject): SignedInParts | undefined {
  if (sid === undefined) return undefined;
  if (typeof sid !== 'string' || !isNumericDate(auth_time)) throw refused('claims');
  if (!Array.isArray(amr) || !isTexts(amr)) throw refused('claims');
  if (acr !== undefined && typeof acr !== 'string') throw refused('claims');
  return { sessionId: sid, authTime: auth_time, amr, acr };
}

const isTexts = (list: readonly unknown[]): list is readonly string[] =>
  list.every((one) => typeof one === 'string');

function scopesOf(scope: JsonObject[string] | undefined): readonly string[] {
  if (scope === undefined) return [];
  const scopes = typeof scope === 'string' ? scope.split(' ') : [''];
  if (!scopes.every(isScope)) throw refused('claims');
  return scopes;
}

/** RFC 7800 §3.1: a confirmation that we cannot check makes the token useless, never a bearer token. */
function thumbprintOf(cnf: JsonObject[string] | undefined): string | undefined {
  if (cnf === undefined) return undefined;
  const jkt = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? cnf.jkt : undefined;
  if (typeof jkt !== 'string') throw refused('confirmation');
  return jkt;
}

const refused = (check: string): OAuthFault =>
  new OAuthFault('invalid_token', 'The access token is not good here.', { check: `access-${check}` });
