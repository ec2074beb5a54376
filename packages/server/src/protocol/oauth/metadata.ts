/**
 * The documents in which the server says what it can do (RFC 8414 §2, OpenID Connect Discovery §3): one document
 * serves both. Lists come from the files that keep them, so that nothing is promised that is not done.
 */
import { responseModes, responseTypes } from './authorization-request.ts';
import { clientAuthMethods } from './client-credential.ts';
import { signatureAlgorithms } from './jws.ts';
import { codeChallengeMethods } from './pkce.ts';
import { promptValues } from './prompt.ts';
import { deviceGrant, type GrantType, grantTypes } from './token-request.ts';

/** The paths of the endpoints, each beginning with a slash. One that is switched off is left out. */
export interface EndpointPaths {
  readonly authorization: string;
  readonly token: string;
  readonly jwks: string;
  readonly userinfo: string;
  readonly introspection: string;
  readonly revocation: string;
  readonly endSession: string;
  readonly pushedAuthorization?: string | undefined;
  readonly deviceAuthorization?: string | undefined;
  readonly registration?: string | undefined;
}

/** What is true of this server and cannot be known here. */
export interface ServerDescription {
  /** Without a slash at its end. */
  readonly issuer: string;
  readonly endpoints: EndpointPaths;
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  /** By which ID tokens are signed. */
  readonly idTokenAlgorithms: readonly string[];
  readonly subjectTypes: readonly string[];
  readonly acrValues: readonly string[];
  /** Language tags of the pages (RFC 5646). */
  readonly uiLocales: readonly string[];
  /** Whether every authorization request must be pushed (RFC 9126 §5). */
  readonly requirePushedRequests: boolean;
  readonly documentation?: string | undefined;
}

/** The document, as it is served at both well-known addresses. */
export type ServerMetadata = Readonly<Record<string, string | boolean | readonly string[]>>;

/**
 * The document of a server. A member without a value is left out (RFC 8414 §3.2). Throws RangeError for an issuer with
 * a slash at its end, or a query or fragment (RFC 8414 §2).
 */
export function serverMetadata(server: ServerDescription): ServerMetadata {
  const { issuer, endpoints } = server;
  if (/[/?#]$|[?#]/.test(issuer))
    throw new RangeError('the issuer ends with a slash or has a query or fragment');
  const provable = clientAuthMethods.filter((method) => method !== 'none');
  return withoutHoles({
    issuer,
    ...addresses(issuer, endpoints),
    service_documentation: server.documentation,
    response_types_supported: responseTypes,
    response_modes_supported: responseModes,
    grant_types_supported: grantTypesWith(endpoints),
    code_challenge_methods_supported: codeChallengeMethods,
    prompt_values_supported: promptValues,
    scopes_supported: server.scopes,
    claims_supported: server.claims,
    claim_types_supported: ['normal'],
    subject_types_supported: server.subjectTypes,
    id_token_signing_alg_values_supported: server.idTokenAlgorithms,
    acr_values_supported: server.acrValues,
    ui_locales_supported: server.uiLocales,
    token_endpoint_auth_methods_supported: clientAuthMethods,
    token_endpoint_auth_signing_alg_values_supported: signatureAlgorithms,
    introspection_endpoint_auth_methods_supported: provable,
    introspection_endpoint_auth_signing_alg_values_supported: signatureAlgorithms,
    revocation_endpoint_auth_methods_supported: clientAuthMethods,
    revocation_endpoint_auth_signing_alg_values_supported: signatureAlgorithms,
    // RFC 9449 §5.1
    dpop_signing_alg_values_supported: signatureAlgorithms,
    // RFC 9207 §3
    authorization_response_iss_parameter_supported: true,
    // RFC 9126 §5
    require_pushed_authorization_requests: server.requirePushedRequests,
    claims_parameter_supported: true,
    request_parameter_supported: false,
    // The standard's default is true, so the honest answer must be said.
    request_uri_parameter_supported: false,
    // OpenID Connect Back-Channel Logout §2.1
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  });
}

const addresses = (issuer: string, endpoints: EndpointPaths): Record<string, string | undefined> => {
  const at = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : issuer + path;
  return {
    authorization_endpoint: at(endpoints.authorization),
    token_endpoint: at(endpoints.token),
    jwks_uri: at(endpoints.jwks),
    userinfo_endpoint: at(endpoints.userinfo),
    introspection_endpoint: at(endpoints.introspection),
    revocation_endpoint: at(endpoints.revocation),
    end_session_endpoint: at(endpoints.endSession),
    pushed_authorization_request_endpoint: at(endpoints.pushedAuthorization),
    device_authorization_endpoint: at(endpoints.deviceAuthorization),
    registration_endpoint: at(endpoints.registration),
  };
};

/** RFC 8628 §4: the grant is there when its endpoint is. */
const grantTypesWith = ({ deviceAuthorization }: EndpointPaths): readonly GrantType[] =>
  grantTypes.filter((grant) => grant !== deviceGrant || deviceAuthorization !== undefined);

type Member = string | boolean | readonly string[] | undefined;

/** RFC 8414 §3.2: claims with zero elements must be omitted. */
function withoutHoles(members: Readonly<Record<string, Member>>): ServerMetadata {
  const kept: [string, string | boolean | readonly string[]][] = [];
  for (const [name, value] of Object.entries(members))
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) kept.push([name, value]);
  return Object.fromEntries(kept);
}
