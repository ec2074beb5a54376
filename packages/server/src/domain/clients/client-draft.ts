/**
 * What an operator decides about a client, and the one reading that makes settings of it. It goes by the rules of a
 * registration (RFC 7591 §2), so that there is one place that knows which clients can be; only what an operator may
 * decide beyond these is judged here.
 */
import type { FieldFault } from '../../base/failure.ts';
import type { JsonValue } from '../../protocol/json.ts';
import {
  type ClientMetadata,
  parseClientMetadata,
  sectorHost,
  subjectTypes,
} from '../../protocol/oauth/client-metadata.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import type { PublicKey } from '../../protocol/oauth/public-key.ts';
import { formatScope, isScope } from '../../protocol/oauth/scope.ts';
import { grantTypes } from '../../protocol/oauth/token-request.ts';
import { fail } from '../failures.ts';
import { knownScopes } from '../oauth/claims.ts';
import type { Ports } from '../ports.ts';
import type { Client, ClientSettings } from './client.ts';
import { proveSector } from './sector.ts';

/** What a client may say of itself. */
type Said =
  | 'name'
  | 'application'
  | 'authentication'
  | 'redirectUris'
  | 'postLogoutRedirectUris'
  | 'grantTypes'
  | 'scopes'
  | 'requirePushedRequests'
  | 'dpopBound'
  | 'idTokenAlgorithm'
  | 'subjectType'
  | 'sectorIdentifierUri'
  | 'jwks'
  | 'jwksUri'
  | 'assertionAlgorithm'
  | 'backchannelLogoutUri'
  | 'defaultMaxAge'
  | 'defaultAcrValues'
  | 'requireAuthTime'
  | 'contacts'
  | 'clientUri'
  | 'logoUri'
  | 'policyUri'
  | 'tosUri';

/** What no client may say of itself. */
type Decided = 'firstParty' | 'requirePkce' | 'accessTokenFormat' | 'claimsInIdToken';

/**
 * A client as an operator wants it. What is left out is as the standards have it (RFC 7591 §2), but that native clients
 * have no secret, that a client for people may refresh and ask for what is known of them, and that PKCE is required.
 */
export type ClientDraft = {
  readonly [Name in Said | Decided]?: (Client & ClientSettings)[Name] | undefined;
};

/** A change of a client; null takes away what need not be there. */
export type ClientChange = {
  readonly [Name in keyof ClientDraft]: ClientDraft[Name] | (undefined extends Client[Name] ? null : never);
};

/** What is decided about a client, checked. */
export type SettledClient = ClientSettings & Pick<Client, 'name'>;

/**
 * Makes settings of a draft. Throws `input_invalid` with the field that is wrong. The list of a `sectorIdentifierUri` is
 * fetched through the outgoing gate.
 */
export async function settleDraft(
  ports: Pick<Ports, 'outgoing'>,
  draft: ClientDraft,
): Promise<SettledClient> {
  const { name, scopes } = draft;
  if (name === undefined) throw refused('name', 'This is missing.');
  if (scopes?.some((scope) => !isScope(scope))) throw refused('scopes', 'This is no scope.');
  // Our own API takes no token of a client, so none may seem to open it.
  if (scopes?.some((scope) => scope.startsWith('doorward:')))
    throw refused('scopes', 'Clients do not act for administrators: scopes of doorward: are not given.');
  for (const [field, value, known] of [
    ['first_party', draft.firstParty, [true, false]],
    ['require_pkce', draft.requirePkce, [true, false]],
    ['claims_in_id_token', draft.claimsInIdToken, [true, false]],
    ['access_token_format', draft.accessTokenFormat, ['jwt', 'opaque']],
  ] as const)
    if (value !== undefined && !known.some((one) => one === value)) throw refused(field, unfit);
  const metadata = await read(ports, draft);
  // Without a secret it is the verifier alone that binds a code to who asked for it (RFC 9700 §2.1.1).
  if (draft.requirePkce === false && metadata.authentication === 'none')
    throw refused('require_pkce', 'A client that proves nothing needs PKCE.');
  return {
    ...settingsOf(metadata),
    name,
    madeBy: 'operator',
    firstParty: draft.firstParty ?? false,
    requirePkce: draft.requirePkce ?? true,
    accessTokenFormat: draft.accessTokenFormat ?? 'jwt',
    claimsInIdToken: draft.claimsInIdToken || undefined,
  };
}

async function read(ports: Pick<Ports, 'outgoing'>, draft: ClientDraft): Promise<ClientMetadata> {
  const forPeople = draft.grantTypes?.includes('authorization_code') ?? true;
  const given = {
    ...draft,
    authentication: draft.authentication ?? (draft.application === 'native' ? 'none' : 'client_secret_basic'),
    grantTypes: draft.grantTypes ?? ['authorization_code', 'refresh_token'],
    scopes: draft.scopes ?? (forPeople ? knownScopes : []),
  };
  try {
    const metadata = parseClientMetadata(membersOf(given), {
      grantTypes,
      scopes: given.scopes,
      subjectTypes,
      loopbackHttp: true,
      mayAsk: ports.outgoing.allows,
    });
    await proveSector(ports, metadata);
    return metadata;
  } catch (thrown) {
    if (!(thrown instanceof OAuthFault)) throw thrown;
    const { parameter = '' } = thrown;
    const isUri = thrown.error === 'invalid_redirect_uri';
    throw refused(ownNames.get(parameter) ?? parameter, isUri ? thrown.description : unfit);
  }
}

/** The draft in the words of a registration. */
const membersOf = (draft: ClientDraft): JsonObject =>
  withoutHoles({
    client_name: draft.name,
    application_type: draft.application,
    token_endpoint_auth_method: draft.authentication,
    redirect_uris: draft.redirectUris,
    post_logout_redirect_uris: draft.postLogoutRedirectUris,
    grant_types: draft.grantTypes,
    scope: formatScope(draft.scopes ?? []),
    require_pushed_authorization_requests: draft.requirePushedRequests,
    dpop_bound_access_tokens: draft.dpopBound,
    id_token_signed_response_alg: draft.idTokenAlgorithm,
    subject_type: draft.subjectType,
    sector_identifier_uri: draft.sectorIdentifierUri,
    jwks: draft.jwks && { keys: draft.jwks.keys },
    jwks_uri: draft.jwksUri,
    token_endpoint_auth_signing_alg: draft.assertionAlgorithm,
    backchannel_logout_uri: draft.backchannelLogoutUri,
    default_max_age: draft.defaultMaxAge,
    default_acr_values: draft.defaultAcrValues,
    require_auth_time: draft.requireAuthTime,
    contacts: draft.contacts,
    client_uri: draft.clientUri,
    logo_uri: draft.logoUri,
    policy_uri: draft.policyUri,
    tos_uri: draft.tosUri,
  });

/** What we call otherwise than a registration does. */
const ownNames: ReadonlyMap<string, string> = new Map([
  ['client_name', 'name'],
  ['application_type', 'application'],
  ['token_endpoint_auth_method', 'authentication'],
  ['scope', 'scopes'],
  ['require_pushed_authorization_requests', 'require_pushed_requests'],
  ['dpop_bound_access_tokens', 'dpop_bound'],
  ['id_token_signed_response_alg', 'id_token_algorithm'],
  ['token_endpoint_auth_signing_alg', 'assertion_algorithm'],
]);

function withoutHoles(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const kept: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept.push([name, value]);
  return Object.fromEntries(kept);
}

/** What registered words decide, in words of ours. */
export const settingsOf = (said: ClientMetadata): Omit<ClientSettings, Decided | 'madeBy'> => ({
  application: said.application,
  authentication: said.authentication,
  redirectUris: said.redirectUris,
  postLogoutRedirectUris: said.postLogoutRedirectUris,
  grantTypes: said.grantTypes,
  scopes: said.scopes,
  requirePushedRequests: said.requirePushedRequests,
  dpopBound: said.dpopBound,
  idTokenAlgorithm: said.idTokenAlgorithm,
  subjectType: said.subjectType,
  sectorIdentifierUri: said.sectorIdentifierUri,
  sectorIdentifier: said.subjectType === 'pairwise' ? sectorHost(said) : undefined,
  jwks: said.jwks && { keys: said.jwks.map(keyMembers) },
  jwksUri: said.jwksUri,
  assertionAlgorithm: said.assertionAlgorithm,
  backchannelLogoutUri: said.backchannelLogoutUri,
  defaultMaxAge: said.defaultMaxAge,
  // Most clients say nothing of these; then nothing is kept.
  defaultAcrValues: said.defaultAcrValues.length === 0 ? undefined : said.defaultAcrValues,
  requireAuthTime: said.requireAuthTime || undefined,
  contacts: said.contacts,
  clientUri: said.clientUri,
  logoUri: said.logoUri,
  policyUri: said.policyUri,
  tosUri: said.tosUri,
});

const keyMembers = ({ jwk, keyId: kid, algorithm: alg }: PublicKey): JsonObject => ({
  ...jwk,
  ...(kid === undefined ? {} : { kid }),
  ...(alg === undefined ? {} : { alg }),
  use: 'sig',
});

/** A draft with a change; null takes away. */
export function changedDraft(from: ClientDraft, change: ClientChange): ClientDraft {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...from, ...Object.fromEntries(given.map(([name, value]) => [name, value ?? undefined])) };
}

const unfit = 'Such a client cannot have this.';

/** How a field is called where it came from. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const refused = (field: string, message: FieldFault['message']) =>
  fail('input_invalid', { fields: [{ field, message }] });
