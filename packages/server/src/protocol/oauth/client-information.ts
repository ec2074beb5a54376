/**
 * What a client is told of itself (RFC 7591 §3.2.1, RFC 7592 §3), and what it may say when it changes itself (RFC 7592
 * §2.2).
 */
import { Secret } from '../../base/secret.ts';
import type { ClientMetadata } from './client-metadata.ts';
import type { JsonObject } from './jws.ts';
import { badMember, readerOf } from './metadata-reader.ts';
import { formatScope } from './scope.ts';

/** A client and what only its owner is told. Times are seconds since 1970. */
export interface ClientInformationParts {
  readonly clientId: string;
  readonly issuedAt: number;
  readonly metadata: ClientMetadata;
  /** Of a client that was given one just now. */
  readonly secret?: string | undefined;
  /** 0 when it does not expire. */
  readonly secretExpiresAt?: number | undefined;
  /** By which it manages itself (RFC 7592 §3), and where. */
  readonly management?: { readonly token?: string | undefined; readonly uri: string } | undefined;
}

/** The answer to a registration, a look-up or a change (RFC 7591 §3.2.1, RFC 7592 §3). */
export const clientInformation = (parts: ClientInformationParts): JsonObject =>
  withoutHoles({
    client_id: parts.clientId,
    client_id_issued_at: parts.issuedAt,
    client_secret: parts.secret,
    // RFC 7591 §3.2.1: required beside a secret.
    client_secret_expires_at: parts.secret === undefined ? undefined : (parts.secretExpiresAt ?? 0),
    registration_access_token: parts.management?.token,
    registration_client_uri: parts.management?.uri,
    ...metadataMembers(parts.metadata),
  });

const metadataMembers = (client: ClientMetadata): Record<string, JsonObject[string] | undefined> => ({
  client_name: client.name,
  application_type: client.application,
  token_endpoint_auth_method: client.authentication,
  grant_types: client.grantTypes,
  response_types: client.grantTypes.includes('authorization_code') ? ['code'] : [],
  redirect_uris: client.redirectUris,
  post_logout_redirect_uris: client.postLogoutRedirectUris,
  scope: formatScope(client.scopes),
  id_token_signed_response_alg: client.idTokenAlgorithm,
  subject_type: client.subjectType,
  sector_identifier_uri: client.sectorIdentifierUri,
  jwks: client.jwks && { keys: client.jwks.map(keyMembers) },
  jwks_uri: client.jwksUri,
  token_endpoint_auth_signing_alg: client.assertionAlgorithm,
  require_pushed_authorization_requests: client.requirePushedRequests,
  dpop_bound_access_tokens: client.dpopBound,
  default_max_age: client.defaultMaxAge,
  default_acr_values: client.defaultAcrValues,
  require_auth_time: client.requireAuthTime,
  initiate_login_uri: client.initiateLoginUri,
  backchannel_logout_uri: client.backchannelLogoutUri,
  contacts: client.contacts,
  client_uri: client.clientUri,
  logo_uri: client.logoUri,
  policy_uri: client.policyUri,
  tos_uri: client.tosUri,
  software_id: client.softwareId,
  software_version: client.softwareVersion,
});

const keyMembers = ({ jwk, keyId, algorithm }: NonNullable<ClientMetadata['jwks']>[number]): JsonObject => ({
  ...jwk,
  ...(keyId === undefined ? {} : { kid: keyId }),
  ...(algorithm === undefined ? {} : { alg: algorithm }),
  use: 'sig',
});

function withoutHoles(members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  const kept: [string, JsonObject[string]][] = [];
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept.push([name, value]);
  return Object.fromEntries(kept);
}

/** RFC 7592 §2.2: what the server gave is not sent back. */
const given = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];

/**
 * Reads the frame of a change (RFC 7592 §2.2): it names its client and sends nothing back that the server gave. Gives the
 * secret that it repeats, which must be the client's own: nobody chooses one. Throws `invalid_client_metadata`. The rest
 * is then read as a registration.
 */
export function readClientChange(members: JsonObject, clientId: string): Secret | undefined {
  const { value } = readerOf(members);
  if (value('client_id') !== clientId) throw badMember('client_id');
  for (const name of given) if (value(name) !== undefined) throw badMember(name);
  const secret = value('client_secret');
  if (secret !== undefined && (typeof secret !== 'string' || secret === '')) throw badMember('client_secret');
  return secret === undefined ? undefined : new Secret(secret);
}
