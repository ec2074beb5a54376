/**
 * What a client says of itself when it registers (RFC 7591 §2, OpenID Connect Registration §2, RP-Initiated Logout §3.1,
 * Back-Channel Logout §2.2, RFC 9126 §6, RFC 9449 §5.2). Whatever could make a client trusted is not among it. Members
 * that no standard of ours names are ignored (RFC 7591 §2); what we cannot do is refused.
 */

import { type ClientAuthMethod, clientAuthMethods } from './client-credential.ts';
import { OAuthFault } from './error.ts';
import { type IdTokenAlgorithm, idTokenAlgorithms } from './id-token.ts';
import { type JsonObject, type SignatureAlgorithm, signatureAlgorithms } from './jws.ts';
import { badMember, type MetadataReader, readerOf } from './metadata-reader.ts';
import { type PublicKey, parseKeySet } from './public-key.ts';
import { type ApplicationType, applicationTypes, checkRedirectUris } from './redirect-uri.ts';
import { isScope, parseScope } from './scope.ts';
import type { GrantType } from './token-request.ts';

/** How the subjects of a client are named (OpenID Connect Core §8). */
export const subjectTypes = ['public', 'pairwise'] as const;

/** One way. */
export type SubjectType = (typeof subjectTypes)[number];

/** What a client says of itself. It is plain data and survives JSON. */
export interface ClientMetadata {
  readonly name?: string | undefined;
  readonly application: ApplicationType;
  readonly authentication: ClientAuthMethod;
  readonly grantTypes: readonly GrantType[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** What it may ask for. */
  readonly scopes: readonly string[];
  readonly idTokenAlgorithm: IdTokenAlgorithm;
  readonly subjectType: SubjectType;
  /** Of a list that must hold every redirect URI (OpenID Connect Core §8.1). */
  readonly sectorIdentifierUri?: string | undefined;
  readonly jwks?: readonly PublicKey[] | undefined;
  readonly jwksUri?: string | undefined;
  /** By which its assertions must be signed. */
  readonly assertionAlgorithm?: SignatureAlgorithm | undefined;
  readonly requirePushedRequests: boolean;
  /** Whether its access tokens are always bound to a key (RFC 9449 §5.2). */
  readonly dpopBound: boolean;
  /** Seconds, for requests that do not say (OpenID Connect Registration §2). */
  readonly defaultMaxAge?: number | undefined;
  readonly defaultAcrValues: readonly string[];
  /** Whether it relies on `auth_time` in ID tokens. */
  readonly requireAuthTime: boolean;
  readonly initiateLoginUri?: string | undefined;
  readonly backchannelLogoutUri?: string | undefined;
  /** For display, never fetched. */
  readonly contacts: readonly string[];
  readonly clientUri?: string | undefined;
  readonly logoUri?: string | undefined;
  readonly policyUri?: string | undefined;
  readonly tosUri?: string | undefined;
  readonly softwareId?: string | undefined;
  readonly softwareVersion?: string | undefined;
}

/** What the server allows those who register. */
export interface RegistrationRules {
  readonly grantTypes: readonly GrantType[];
  /** A client that names none gets all of them. */
  readonly scopes: readonly string[];
  readonly subjectTypes: readonly SubjectType[];
  /** See `RedirectRules`. */
  readonly loopbackHttp: boolean;
  /** Whether the operator has allowed to ask at an address by plain http. */
  readonly mayAsk: (url: string) => boolean;
}

const most = { contacts: 10, acrValues: 20, uris: 100 } as const;
const longest = { name: 100, contact: 200, software: 200 } as const;

/** Answers that we give neither signed nor encrypted; whoever wants them so must not believe to get them. */
const notDone = [
  'userinfo_signed_response_alg',
  'userinfo_encrypted_response_alg',
  'id_token_encrypted_response_alg',
  'introspection_signed_response_alg',
  'introspection_encrypted_response_alg',
  'authorization_signed_response_alg',
  'authorization_encrypted_response_alg',
];

/** Safeguards that we do not have: whoever relies on one must not believe to get it. */
const notGuarded = ['require_signed_request_object', 'tls_client_certificate_bound_access_tokens'];

/**
 * Reads a registration (RFC 7591 §2), with the defaults of the standards. Throws `invalid_redirect_uri` for a redirect URI
 * that may not be registered, else `invalid_client_metadata` with the member that is wrong.
 */
export function parseClientMetadata(members: JsonObject, rules: RegistrationRules): ClientMetadata {
  const read = readerOf(members);
  for (const name of notDone) if (read.value(name) !== undefined) throw badMember(name);
  for (const name of notGuarded) if (read.flag(name)) throw badMember(name);
  const application = read.choice('application_type', applicationTypes) ?? 'web';
  const authentication =
    read.choice('token_endpoint_auth_method', clientAuthMethods) ?? 'client_secret_basic';
  const grantTypes = readGrantTypes(read, { allowed: rules.grantTypes, authentication });
  const addresses = readAddresses(read, { ...rules, application, grantTypes });
  return {
    name: read.text('client_name', longest.name),
    application,
    authentication,
    grantTypes,
    ...addresses,
    scopes: readScopes(read, rules.scopes),
    idTokenAlgorithm: read.choice('id_token_signed_response_alg', idTokenAlgorithms) ?? 'RS256',
    ...readSubject(read, rules, addresses.redirectUris),
    ...readKeys(read, rules, authentication),
    assertionAlgorithm: read.choice('token_endpoint_auth_signing_alg', signatureAlgorithms),
    requirePushedRequests: read.flag('require_pushed_authorization_requests') ?? false,
    dpopBound: read.flag('dpop_bound_access_tokens') ?? false,
    defaultMaxAge: read.seconds('default_max_age'),
    defaultAcrValues: readAcrValues(read),
    requireAuthTime: read.flag('require_auth_time') ?? false,
    ...readDisplay(read),
  };
}

/** RFC 7591 §2.1: grants and response types belong together; a client that cannot be proven acts for nobody but people. */
function readGrantTypes(
  read: MetadataReader,
  { allowed, authentication }: { allowed: readonly GrantType[]; authentication: ClientAuthMethod },
): readonly GrantType[] {
  const grants = read.choices('grant_types', allowed) ?? ['authorization_code' as const];
  const responses = read.choices('response_types', ['code'] as const);
  const hasCode = grants.includes('authorization_code');
  if (grants.length === 0 || !grants.every((grant) => allowed.includes(grant)))
    throw badMember('grant_types');
  if (responses !== undefined && responses.length > 0 !== hasCode) throw badMember('response_types');
  if (authentication === 'none' && grants.includes('client_credentials')) throw badMember('grant_types');
  return grants;
}

interface AddressContext extends Pick<RegistrationRules, 'loopbackHttp' | 'mayAsk'> {
  readonly application: ApplicationType;
  readonly grantTypes: readonly GrantType[];
}

function readAddresses(
  read: MetadataReader,
  { application, grantTypes, loopbackHttp, mayAsk }: AddressContext,
) {
  const redirectUris = read.texts('redirect_uris', most.uris) ?? [];
  checkRedirectUris(redirectUris, { application, loopbackHttp });
  if (redirectUris.length === 0 && grantTypes.includes('authorization_code'))
    throw new OAuthFault('invalid_redirect_uri', 'A redirect URI is needed.', { parameter: 'redirect_uris' });
  const postLogoutRedirectUris = read.texts('post_logout_redirect_uris', most.uris) ?? [];
  checkRedirectUris(postLogoutRedirectUris, { application, loopbackHttp });
  return {
    redirectUris,
    postLogoutRedirectUris,
    initiateLoginUri: read.address('initiate_login_uri'),
    backchannelLogoutUri: read.asked('backchannel_logout_uri', mayAsk),
  };
}

/** RFC 7591 §2: the scope is one text; what we do not give is left out, as in a request. */
function readScopes(read: MetadataReader, allowed: readonly string[]): readonly string[] {
  const text = read.value('scope');
  if (text === undefined) return allowed;
  if (text === '') return [];
  if (typeof text !== 'string' || !text.split(' ').every(isScope)) throw badMember('scope');
  return parseScope(text).filter((scope) => allowed.includes(scope));
}

/** OpenID Connect Core §8.1: with several hosts only a list of them says what the sector is. */
function readSubject(
  read: MetadataReader,
  { subjectTypes: allowed, mayAsk }: Pick<RegistrationRules, 'subjectTypes' | 'mayAsk'>,
  redirectUris: readonly string[],
): Pick<ClientMetadata, 'subjectType' | 'sectorIdentifierUri'> {
  const subjectType = read.choice('subject_type', allowed) ?? 'public';
  const sectorIdentifierUri = read.asked('sector_identifier_uri', mayAsk);
  if (subjectType === 'pairwise' && sectorHost({ sectorIdentifierUri, redirectUris }) === undefined)
    throw badMember('sector_identifier_uri');
  return { subjectType, sectorIdentifierUri };
}

/**
 * The sector of a client with pairwise subjects: the host of its list of redirect URIs, or the one host of these (OpenID
 * Connect Core §8.1). Undefined when there is no such host.
 */
export function sectorHost(
  client: Pick<ClientMetadata, 'sectorIdentifierUri' | 'redirectUris'>,
): string | undefined {
  const uris = client.sectorIdentifierUri === undefined ? client.redirectUris : [client.sectorIdentifierUri];
  const [host, ...others] = new Set(uris.map((uri) => new URL(uri).host));
  return host === '' || others.length > 0 ? undefined : host;
}

/** RFC 7591 §2: keys by value or by address, not both; who signs needs some. */
function readKeys(
  read: MetadataReader,
  { mayAsk }: Pick<RegistrationRules, 'mayAsk'>,
  authentication: ClientAuthMethod,
): Pick<ClientMetadata, 'jwks' | 'jwksUri'> {
  const sent = read.value('jwks');
  const jwks = sent === undefined ? undefined : parseKeySet(sent);
  if (sent !== undefined && (jwks === undefined || jwks.length === 0)) throw badMember('jwks');
  const jwksUri = read.asked('jwks_uri', mayAsk);
  if (jwks !== undefined && jwksUri !== undefined) throw badMember('jwks_uri');
  if (authentication === 'private_key_jwt' && jwks === undefined && jwksUri === undefined)
    throw badMember('jwks');
  return { jwks, jwksUri };
}

function readAcrValues(read: MetadataReader): readonly string[] {
  const values = read.texts('default_acr_values', most.acrValues) ?? [];
  if (!values.every((value) => /^[!-~]{1,200}$/.test(value))) throw badMember('default_acr_values');
  return values;
}

function readDisplay(read: MetadataReader) {
  const contacts = read.texts('contacts', most.contacts) ?? [];
  if (contacts.some((contact) => contact.length === 0 || contact.length > longest.contact))
    throw badMember('contacts');
  return {
    contacts,
    clientUri: read.address('client_uri'),
    logoUri: read.address('logo_uri'),
    policyUri: read.address('policy_uri'),
    tosUri: read.address('tos_uri'),
    softwareId: read.text('software_id', longest.software),
    softwareVersion: read.text('software_version', longest.software),
  };
}
