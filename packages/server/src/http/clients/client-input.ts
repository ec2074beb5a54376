/**
 * What may be said of a client by those who govern it. Which clients can be is judged by the domain; here are the shapes.
 */
import * as v from 'valibot';
import type { ClientChange } from '../../domain/clients/client-draft.ts';
import { clientAuthMethods } from '../../protocol/oauth/client-credential.ts';
import { subjectTypes } from '../../protocol/oauth/client-metadata.ts';
import { idTokenAlgorithms } from '../../protocol/oauth/id-token.ts';
import { signatureAlgorithms } from '../../protocol/oauth/jws.ts';
import { applicationTypes } from '../../protocol/oauth/redirect-uri.ts';
import { grantTypes } from '../../protocol/oauth/token-request.ts';
import { line } from '../input.ts';

/** Seconds; no session lives longer. */
const longestAge = 36_500 * 86_400;

const list = <const Schema extends v.GenericSchema>(one: Schema, most: number) =>
  v.pipe(v.array(one, 'This must be a list.'), v.maxLength(most, `Name at most ${most}.`));
const choice = <const Values extends readonly string[]>(values: Values) =>
  v.optional(v.picklist(values, `This must be one of ${values.join(', ')}.`));
const answer = v.optional(v.boolean('This must be true or false.'));
const address = v.optional(v.nullable(line(2000)));
const addresses = v.optional(list(line(2000), 100));
const keySet = v.looseObject({ keys: list(v.looseObject({}, 'This is no key.'), 50) }, 'This is no JWK set.');

/** Everything but the name. */
export const clientFields = {
  application: choice(applicationTypes),
  authentication: choice(clientAuthMethods),
  redirect_uris: addresses,
  post_logout_redirect_uris: addresses,
  grant_types: v.optional(list(v.picklist(grantTypes, 'There is no such grant.'), grantTypes.length)),
  scopes: v.optional(list(line(100), 100)),
  first_party: answer,
  require_pkce: answer,
  require_pushed_requests: answer,
  dpop_bound: answer,
  access_token_format: choice(['jwt', 'opaque']),
  id_token_algorithm: choice(idTokenAlgorithms),
  claims_in_id_token: answer,
  subject_type: choice(subjectTypes),
  sector_identifier_uri: address,
  jwks: v.optional(v.nullable(keySet)),
  jwks_uri: address,
  assertion_algorithm: v.optional(v.nullable(v.picklist(signatureAlgorithms, 'There is no such algorithm.'))),
  backchannel_logout_uri: address,
  default_max_age: v.optional(
    v.nullable(
      v.pipe(
        v.number('This must be a number of seconds.'),
        v.safeInteger('This must be a number of seconds.'),
        v.minValue(0, 'This must not be negative.'),
        v.maxValue(longestAge, 'This may be a hundred years at most.'),
      ),
    ),
  ),
  default_acr_values: v.optional(list(line(200), 20)),
  contacts: v.optional(list(line(200), 10)),
  client_uri: address,
  logo_uri: address,
  policy_uri: address,
  tos_uri: address,
} as const;

const fields = v.strictObject(clientFields);

/** What was said, in words of the domain. */
export const saidOfClient = (
  said: v.InferOutput<typeof fields> & { readonly name?: string | undefined },
): ClientChange => ({
  name: said.name,
  application: said.application,
  authentication: said.authentication,
  redirectUris: said.redirect_uris,
  postLogoutRedirectUris: said.post_logout_redirect_uris,
  grantTypes: said.grant_types,
  scopes: said.scopes,
  firstParty: said.first_party,
  requirePkce: said.require_pkce,
  requirePushedRequests: said.require_pushed_requests,
  dpopBound: said.dpop_bound,
  accessTokenFormat: said.access_token_format,
  idTokenAlgorithm: said.id_token_algorithm,
  claimsInIdToken: said.claims_in_id_token,
  subjectType: said.subject_type,
  sectorIdentifierUri: said.sector_identifier_uri,
  jwks: said.jwks as ClientChange['jwks'],
  jwksUri: said.jwks_uri,
  assertionAlgorithm: said.assertion_algorithm,
  backchannelLogoutUri: said.backchannel_logout_uri,
  defaultMaxAge: said.default_max_age,
  defaultAcrValues: said.default_acr_values,
  contacts: said.contacts,
  clientUri: said.client_uri,
  logoUri: said.logo_uri,
  policyUri: said.policy_uri,
  tosUri: said.tos_uri,
});
