/**
 * The claims of an access JWT (RFC 9068 §2.2) whose signature is proven: read strictly, judged exactly.
 */
import { type Refusal, refuse } from './failure.ts';
import type { CarrierName, TokenPrincipal } from './principal.ts';

/** What is expected of the claims. */
export interface ClaimRules {
  readonly issuer: string;
  readonly audience: string;
  /** Seconds that the clocks of two machines may differ. */
  readonly leewaySeconds: number;
  /** Whether clients may act for themselves. */
  readonly machines?: boolean;
  /** Keeps lists that many principals have in common; each has its own unless given. */
  readonly share?: ShareList;
}

/** Gives back a frozen list of the same items, a known one where there is one. */
export type ShareList = (items: readonly string[]) => readonly string[];

/** Which of the two carriers of a JWT brought it. */
export type TokenCarrier = Extract<CarrierName, 'jwt' | 'jwt-cookie'>;

/** What is known when a token arrives. */
export interface Arrival {
  readonly carrier: TokenCarrier;
  /** Seconds since 1970. */
  readonly now: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The JSON object that these bytes write in UTF-8, spelled as the issuer spells JSON, or undefined: so repeated members, which
 * one reader takes for the first and another for the last, can never matter.
 */
export function readObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && JSON.stringify(value) === text ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The principal that the payload of a signed token names, or `credentials_invalid` (RFC 9068 §4, RFC 7519 §4.1): issuer
 * and audience exactly, `exp` mandatory, times whole numbers. A token that a client has for itself names no session, and is a
 * principal only where machines may call; one that is bound to a key (RFC 7800 §3.1) is never good as a bearer token.
 */
export function claimsPrincipal(
  payload: Uint8Array,
  { issuer, audience, leewaySeconds, machines = false, share = Object.freeze }: ClaimRules,
  { carrier, now }: Arrival,
): TokenPrincipal | Refusal {
  const claims = readObject(payload);
  if (!claims || !wellFormed(claims) || !namesCaller(claims, machines))
    return refuse('credentials_invalid', 'claims');
  if (claims.cnf !== undefined) return refuse('credentials_invalid', 'bound');
  if (claims.iss !== issuer) return refuse('credentials_invalid', 'issuer');
  const { aud } = claims;
  if (Array.isArray(aud) ? !aud.includes(audience) : aud !== audience)
    return refuse('credentials_invalid', 'audience');
  if (hasExpired(claims.exp, now, leewaySeconds)) return refuse('credentials_invalid', 'expired');
  const start = Math.max(claims.nbf ?? 0, claims.iat ?? 0);
  if (start - now > leewaySeconds) return refuse('credentials_invalid', 'not-yet');
  return Object.freeze({
    accountId: claims.sub,
    sessionId: claims.sid,
    carrier,
    clientId: claims.client_id,
    familyId: claims.client_id === undefined ? undefined : familyOf(claims.jti),
    roles: share(claims.roles ?? []),
    scopes: share(claims.scope === undefined || claims.scope === '' ? [] : claims.scope.split(' ')),
    provenAt: claims.auth_time ?? claims.iat ?? 0,
    amr: share(claims.amr ?? []),
    expiresAt: claims.exp,
  });
}

/**
 * A session and when it was proven; or a client that speaks for itself, which is its own subject (RFC 9068 §2.2, RFC 9700
 * §4.15).
 */
const namesCaller = ({ sub, sid, client_id, auth_time }: Claims, machines: boolean): boolean =>
  sid === undefined ? machines && client_id === sub : auth_time !== undefined;

/** The `jti` of a client's token begins with the family that it comes from. */
function familyOf(jti: string | undefined): string | undefined {
  const end = jti?.indexOf('.') ?? -1;
  return end > 0 ? jti?.slice(0, end) : undefined;
}

/** Lists that are kept at most; an issuer has few roles, and fewer combinations of them. */
const mostLists = 256;

/** Makes a memory of lists, for principals that stay. */
export function shareLists(): ShareList {
  const lists = new Map<string, readonly string[]>();
  return (items) => {
    const key = items.join(' ');
    const known = lists.get(key);
    // An item may hold a space itself.
    if (known?.length === items.length && known.every((item, at) => item === items[at])) return known;
    if (!known && lists.size < mostLists) lists.set(key, items);
    return Object.freeze(items);
  };
}

/** Whether a token has ended, `leeway` included; all in seconds. */
export const hasExpired = (expiresAt: number, now: number, leeway: number): boolean =>
  now - expiresAt >= leeway;

/** Claims of the right types. */
interface Claims {
  readonly iss: unknown;
  readonly aud: unknown;
  readonly sub: string;
  readonly sid?: string;
  readonly client_id?: string;
  readonly jti?: string;
  readonly exp: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly auth_time?: number;
  readonly roles?: readonly string[];
  readonly amr?: readonly string[];
  readonly scope?: string;
  readonly cnf?: unknown;
}

const wellFormed = (claims: Record<string, unknown>): claims is Record<string, unknown> & Claims =>
  isName(claims['sub']) &&
  isTime(claims['exp']) &&
  (claims['sid'] === undefined || isName(claims['sid'])) &&
  (claims['client_id'] === undefined || isName(claims['client_id'])) &&
  (claims['jti'] === undefined || isName(claims['jti'])) &&
  (claims['auth_time'] === undefined || isTime(claims['auth_time'])) &&
  (claims['nbf'] === undefined || isTime(claims['nbf'])) &&
  (claims['iat'] === undefined || isTime(claims['iat'])) &&
  (claims['roles'] === undefined || isTexts(claims['roles'])) &&
  (claims['amr'] === undefined || isTexts(claims['amr'])) &&
  (claims['scope'] === undefined || typeof claims['scope'] === 'string');

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isTime = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
