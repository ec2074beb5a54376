/**
 * The client: a program that asks for tokens on behalf of an account or of itself (RFC 6749 §1.1, §2), and the
 * secrets that it proves itself with. It knows nothing of how these travel.
 */
import type { JsonObject, SignatureAlgorithm } from '../../protocol/oauth/jws.ts';
import type { SigningAlgorithm } from '../settings.ts';

/** Whether a client may do anything at all. */
export type ClientStatus = 'active' | 'disabled';

/** How a client proves itself, by the names of the registry (RFC 7591 §2, OpenID Connect Core §9). */
export type ClientAuthentication = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';

/** What a client may trade for tokens (RFC 7591 §2, RFC 8628 §3.4). */
export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'client_credentials'
  | 'urn:ietf:params:oauth:grant-type:device_code';

/** How an access token looks: signed claims (RFC 9068), or a handle that is asked about (RFC 7662). */
export type TokenFormat = 'jwt' | 'opaque';

/** A set of public keys (RFC 7517 §5). */
export interface ClientKeys {
  readonly keys: readonly JsonObject[];
}

/** What was decided about a client. Addresses are absolute; those of `jwksUri` and below are never trusted unchecked. */
export interface ClientSettings {
  readonly madeBy: 'operator' | 'registration';
  /** A native client may be given to anybody, and a loopback port may differ (RFC 8252 §7.3, §8.4). */
  readonly application: 'web' | 'native';
  readonly authentication: ClientAuthentication;
  readonly redirectUris: readonly string[];
  /** OpenID Connect RP-Initiated Logout §3.1. */
  readonly postLogoutRedirectUris: readonly string[];
  readonly grantTypes: readonly GrantType[];
  /** What it may ask for. */
  readonly scopes: readonly string[];
  /** Belongs to the operator: nobody is asked for consent. */
  readonly firstParty: boolean;
  /** RFC 7636. */
  readonly requirePkce: boolean;
  /** RFC 9126 §6. */
  readonly requirePushedRequests: boolean;
  /** Gets no token that is not bound to a key (RFC 9449 §5.2). */
  readonly dpopBound: boolean;
  readonly accessTokenFormat: TokenFormat;
  readonly idTokenAlgorithm: SigningAlgorithm;
  /** Its ID tokens tell of the person what UserInfo tells: for programs that never ask there (OpenID Connect Core §5.4). */
  readonly claimsInIdToken?: boolean | undefined;
  /** OpenID Connect Core §8. */
  readonly subjectType: 'public' | 'pairwise';
  /** The host that pairwise subjects are made for. */
  readonly sectorIdentifier?: string | undefined;
  /** Of the list that says which hosts are one sector (OpenID Connect Core §8.1). */
  readonly sectorIdentifierUri?: string | undefined;
  /** One of the two where it proves itself by `private_key_jwt`. */
  readonly jwks?: ClientKeys | undefined;
  readonly jwksUri?: string | undefined;
  /** By which its assertions must be signed; by any that its keys are for unless said (OpenID Connect Registration §2). */
  readonly assertionAlgorithm?: SignatureAlgorithm | undefined;
  /** OpenID Connect Back-Channel Logout §2.2. */
  readonly backchannelLogoutUri?: string | undefined;
  /** Seconds, for requests that do not say how fresh the proof of the person must be (OpenID Connect Registration §2). */
  readonly defaultMaxAge?: number | undefined;
  /** For requests that name no `acr`; the best first. */
  readonly defaultAcrValues?: readonly string[] | undefined;
  /** It relies on `auth_time`, which every ID token of ours states. */
  readonly requireAuthTime?: boolean | undefined;
  /** For people to read; never fetched. */
  readonly contacts: readonly string[];
  readonly clientUri?: string | undefined;
  readonly logoUri?: string | undefined;
  readonly policyUri?: string | undefined;
  readonly tosUri?: string | undefined;
}

/** A client. Times are milliseconds since 1970. */
export interface Client extends ClientSettings {
  /** UUIDv7; the `client_id`. */
  readonly id: string;
  /** What people are shown. */
  readonly name: string;
  readonly status: ClientStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A secret of a client, as the store keeps it. Times are milliseconds since 1970. */
export interface ClientSecret {
  /** UUIDv7; the locator inside the handle. */
  readonly id: string;
  readonly clientId: string;
  readonly digest: string;
  readonly createdAt: number;
  /** 0 when it never expires. */
  readonly expiresAt: number;
}

/** Whether a secret still opens anything at `now`, milliseconds since 1970. */
export const secretLives = ({ expiresAt }: Pick<ClientSecret, 'expiresAt'>, now: number): boolean =>
  expiresAt === 0 || expiresAt > now;

/**
 * The origins whose pages may call the endpoints that tokens come from: those of the redirect URIs of a web client
 * that has no secret, which can only be a page in a browser.
 */
export function corsOriginsOf({
  application,
  authentication,
  redirectUris,
}: Pick<ClientSettings, 'application' | 'authentication' | 'redirectUris'>): string[] {
  if (application !== 'web' || authentication !== 'none') return [];
  const origins = redirectUris.map((uri) => URL.parse(uri)?.origin ?? opaque);
  return [...new Set(origins)].filter((origin) => origin !== opaque).sort();
}

/** What URL answers for schemes without an origin. */
const opaque = 'null';
