/** How clients look to those who govern them. A secret is shown once, by `issuedSecretView`. */
import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import type { Client, ClientSecret } from '../../domain/clients/client.ts';
import type { IssuedSecret } from '../../domain/clients/client-secrets.ts';
import { clientAuthMethods } from '../../protocol/oauth/client-credential.ts';
import { subjectTypes } from '../../protocol/oauth/client-metadata.ts';
import { idTokenAlgorithms } from '../../protocol/oauth/id-token.ts';
import { signatureAlgorithms } from '../../protocol/oauth/jws.ts';
import { applicationTypes } from '../../protocol/oauth/redirect-uri.ts';
import { grantTypes } from '../../protocol/oauth/token-request.ts';
import { time } from '../views.ts';

const text = v.string();
const texts = v.array(text);
const when = v.pipe(text, v.isoTimestamp());
const perhaps = v.nullable(text);

/** A client as JSON. */
export const clientSchema = v.object({
  id: v.pipe(text, v.uuid()),
  name: text,
  status: v.picklist(['active', 'disabled']),
  made_by: v.picklist(['operator', 'registration']),
  application: v.picklist(applicationTypes),
  authentication: v.picklist(clientAuthMethods),
  redirect_uris: texts,
  post_logout_redirect_uris: texts,
  grant_types: v.array(v.picklist(grantTypes)),
  scopes: texts,
  first_party: v.boolean(),
  require_pkce: v.boolean(),
  require_pushed_requests: v.boolean(),
  dpop_bound: v.boolean(),
  access_token_format: v.picklist(['jwt', 'opaque']),
  id_token_algorithm: v.picklist(idTokenAlgorithms),
  claims_in_id_token: v.boolean(),
  subject_type: v.picklist(subjectTypes),
  sector_identifier_uri: perhaps,
  jwks: v.nullable(v.looseObject({ keys: v.array(v.looseObject({})) })),
  jwks_uri: perhaps,
  assertion_algorithm: v.nullable(v.picklist(signatureAlgorithms)),
  backchannel_logout_uri: perhaps,
  default_max_age: v.nullable(v.number()),
  default_acr_values: texts,
  contacts: texts,
  client_uri: perhaps,
  logo_uri: perhaps,
  policy_uri: perhaps,
  tos_uri: perhaps,
  created_at: when,
  updated_at: when,
});

/** Shows a client. */
export const clientView = (client: Client): v.InferOutput<typeof clientSchema> => ({
  id: client.id,
  name: client.name,
  status: client.status,
  made_by: client.madeBy,
  application: client.application,
  authentication: client.authentication,
  redirect_uris: [...client.redirectUris],
  post_logout_redirect_uris: [...client.postLogoutRedirectUris],
  grant_types: [...client.grantTypes],
  scopes: [...client.scopes],
  first_party: client.firstParty,
  require_pkce: client.requirePkce,
  require_pushed_requests: client.requirePushedRequests,
  dpop_bound: client.dpopBound,
  access_token_format: client.accessTokenFormat,
  id_token_algorithm: client.idTokenAlgorithm,
  claims_in_id_token: client.claimsInIdToken ?? false,
  subject_type: client.subjectType,
  sector_identifier_uri: client.sectorIdentifierUri ?? null,
  jwks: client.jwks ? { keys: [...client.jwks.keys] } : null,
  jwks_uri: client.jwksUri ?? null,
  assertion_algorithm: client.assertionAlgorithm ?? null,
  backchannel_logout_uri: client.backchannelLogoutUri ?? null,
  default_max_age: client.defaultMaxAge ?? null,
  default_acr_values: [...(client.defaultAcrValues ?? [])],
  contacts: [...client.contacts],
  client_uri: client.clientUri ?? null,
  logo_uri: client.logoUri ?? null,
  policy_uri: client.policyUri ?? null,
  tos_uri: client.tosUri ?? null,
  created_at: isoTime(client.createdAt),
  updated_at: isoTime(client.updatedAt),
});

/** A secret of a client as JSON, without the secret. */
export const clientSecretSchema = v.object({
  id: v.pipe(text, v.uuid()),
  created_at: when,
  expires_at: v.nullable(when),
});

/** Shows that there is a secret. */
export const clientSecretView = (secret: ClientSecret): v.InferOutput<typeof clientSecretSchema> => ({
  id: secret.id,
  created_at: isoTime(secret.createdAt),
  expires_at: time(secret.expiresAt),
});

/** A secret that was made just now. */
export const issuedSecretSchema = v.object({ client_secret_id: text, client_secret: text });

/** Shows it, this once. */
export const issuedSecretView = ({
  id,
  text: secret,
}: IssuedSecret): v.InferOutput<typeof issuedSecretSchema> => ({
  client_secret_id: id,
  client_secret: secret,
});
