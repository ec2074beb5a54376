/**
 * Requests to the token endpoint (RFC 6749 §4.1.3, §4.4.2, §6, RFC 8628 §3.4): one grant each. Implicit and password
 * grants do not exist (RFC 9700 §2.1.2, §2.4). Who asks is read elsewhere.
 */
import { OAuthFault } from './error.ts';
import { isOneOf, type OAuthParameters, requireParameter } from './parameters.ts';
import { parseVerifier } from './pkce.ts';
import { parseResources } from './resource.ts';
import { parseScope } from './scope.ts';

/** The `grant_type` of a device that polls (RFC 8628 §3.4). */
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** The grants that we take. */
export const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials', deviceGrant] as const;

/** One grant. */
export type GrantType = (typeof grantTypes)[number];

/** A code is exchanged (RFC 6749 §4.1.3). */
export interface CodeRequest {
  readonly grant: 'authorization_code';
  readonly code: string;
  readonly redirectUri: string | undefined;
  readonly codeVerifier: string | undefined;
  /** None: all that the code is for. */
  readonly resources: readonly string[];
}

/** A refresh token is used (RFC 6749 §6). */
export interface RefreshRequest {
  readonly grant: 'refresh_token';
  readonly refreshToken: string;
  /** None: all that were granted. */
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
}

/** A client asks for itself (RFC 6749 §4.4.2). */
export interface ClientRequest {
  readonly grant: 'client_credentials';
  /** None: all that the client may have. */
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
}

/** A device polls (RFC 8628 §3.4). */
export interface DeviceRequest {
  readonly grant: typeof deviceGrant;
  readonly deviceCode: string;
  readonly resources: readonly string[];
}

/** What is asked of the token endpoint. */
export type TokenRequest = CodeRequest | RefreshRequest | ClientRequest | DeviceRequest;

/**
 * Reads a token request. Throws `unsupported_grant_type` for a grant that we do not know, `invalid_request` for a
 * missing or malformed parameter, `invalid_scope` and `invalid_target` for a malformed scope or resource.
 */
export function parseTokenRequest(parameters: OAuthParameters): TokenRequest {
  const grant = requireParameter(parameters, 'grant_type');
  if (!isOneOf(grantTypes, grant))
    throw new OAuthFault('unsupported_grant_type', 'The grant type is not supported.', {
      parameter: 'grant_type',
    });
  return readers[grant](parameters);
}

const readers: Readonly<Record<GrantType, (parameters: OAuthParameters) => TokenRequest>> = {
  authorization_code: (parameters) => ({
    grant: 'authorization_code',
    code: requireParameter(parameters, 'code'),
    redirectUri: parameters.values.get('redirect_uri'),
    codeVerifier: parseVerifier(parameters.values.get('code_verifier')),
    resources: parseResources(parameters.resources),
  }),
  refresh_token: (parameters) => ({
    grant: 'refresh_token',
    refreshToken: requireParameter(parameters, 'refresh_token'),
    scopes: parseScope(parameters.values.get('scope')),
    resources: parseResources(parameters.resources),
  }),
  client_credentials: (parameters) => ({
    grant: 'client_credentials',
    scopes: parseScope(parameters.values.get('scope')),
    resources: parseResources(parameters.resources),
  }),
  [deviceGrant]: (parameters) => ({
    grant: deviceGrant,
    deviceCode: requireParameter(parameters, 'device_code'),
    resources: parseResources(parameters.resources),
  }),
};
