/**
 * Claims about a person (OpenID Connect Core §5): which ones a scope stands for, which ones a client gets, and which
 * names only we may fill.
 */
import type { ClaimRequest } from './claims-parameter.ts';
import type { JsonObject } from './jws.ts';

/** The claims that a scope stands for (OpenID Connect Core §5.4). */
export const scopeClaims: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
};

/**
 * The claims that only the server states: of tokens (RFC 7519 §4.1, OpenID Connect Core §2, RFC 9068 §2.2), of keys and
 * parties (RFC 7800 §3.1, RFC 8693 §4), and of our own.
 */
export const reservedClaims: ReadonlySet<string> = new Set(
  (
    'iss sub aud exp nbf iat jti auth_time nonce acr amr azp at_hash c_hash s_hash sub_jwk sid events ' +
    'client_id scope roles cnf act may_act active token_type _claim_names _claim_sources'
  ).split(' '),
);

/** The claims without those that only the server states: nothing that an account holds or a hook adds can set them. */
export const withoutReserved = (claims: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !reservedClaims.has(name)));

/** Whose claims, and which of them. */
export interface ClaimSelection {
  /** Everything that is known of the person. */
  readonly known: JsonObject;
  /** What was granted; none for an ID token beside an access token (OpenID Connect Core §5.4). */
  readonly scopes: readonly string[];
  /** What was asked for one by one (OpenID Connect Core §5.5). */
  readonly requests: readonly ClaimRequest[];
}

/**
 * The claims that a client gets, never a reserved one. What is not known is left out; it is not sent as null or as an
 * empty text (OpenID Connect Core §5.3.2).
 */
export function selectClaims({ known, scopes, requests }: ClaimSelection): JsonObject {
  const wanted = new Set([
    ...scopes.flatMap((scope) => (Object.hasOwn(scopeClaims, scope) ? (scopeClaims[scope] ?? []) : [])),
    ...requests.map((request) => request.name),
  ]);
  return Object.fromEntries(
    Object.entries(withoutReserved(known)).filter(
      ([name, value]) => wanted.has(name) && value !== null && value !== '',
    ),
  );
}
