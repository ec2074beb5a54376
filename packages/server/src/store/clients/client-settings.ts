/**
 * The settings of a client as one JSON text. What is read is checked: a row that another program wrote, or an older one,
 * must not become a client that nobody decided on.
 */
import * as v from 'valibot';
import type { ClientKeys, ClientSettings } from '../../domain/clients/client.ts';

const texts = v.array(v.string());
const optionalText = v.optional(v.string());

/** What was parsed as JSON holds nothing else than JSON. */
const jsonObject = v.custom<ClientKeys['keys'][number]>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

const schema = v.strictObject({
  madeBy: v.picklist(['operator', 'registration']),
  application: v.picklist(['web', 'native']),
  authentication: v.picklist(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  redirectUris: texts,
  postLogoutRedirectUris: texts,
  grantTypes: v.array(
    v.picklist([
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
    ]),
  ),
  scopes: texts,
  firstParty: v.boolean(),
  requirePkce: v.boolean(),
  requirePushedRequests: v.boolean(),
  dpopBound: v.boolean(),
  accessTokenFormat: v.picklist(['jwt', 'opaque']),
  idTokenAlgorithm: v.picklist(['EdDSA', 'ES256', 'RS256']),
  claimsInIdToken: v.optional(v.boolean()),
  subjectType: v.picklist(['public', 'pairwise']),
  sectorIdentifier: optionalText,
  sectorIdentifierUri: optionalText,
  jwks: v.optional(v.object({ keys: v.array(jsonObject) })),
  jwksUri: optionalText,
  assertionAlgorithm: v.optional(
    v.picklist(['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']),
  ),
  backchannelLogoutUri: optionalText,
  defaultMaxAge: v.optional(v.number()),
  defaultAcrValues: v.optional(texts),
  requireAuthTime: v.optional(v.boolean()),
  contacts: texts,
  clientUri: optionalText,
  logoUri: optionalText,
  policyUri: optionalText,
  tosUri: optionalText,
} satisfies Record<keyof ClientSettings, unknown>);

const names = Object.keys(schema.entries);

/** The text that is kept: the settings of a client and nothing else of it. */
export const writeSettings = (settings: ClientSettings): string =>
  JSON.stringify(Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name))));

/** The settings of a text. One that is no settings means a broken database, not bad input. */
export function readSettings(text: string): ClientSettings {
  const parsed = v.safeParse(schema, JSON.parse(text));
  if (!parsed.success) throw new TypeError('column settings does not hold the settings of a client');
  return parsed.output;
}
