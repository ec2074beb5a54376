/**
 * Our schemas as JSON Schema (2020-12), the dialect of OpenAPI 3.1, and examples that they accept.
 */
import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { accountSchema, apiKeySchema, principalSchema, sessionSchema } from './views.ts';

/** A JSON Schema, or another plain object of the document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas that several answers share, by the names they have in the document. */
const shared = {
  Account: accountSchema,
  Session: sessionSchema,
  Principal: principalSchema,
  ApiKey: apiKeySchema,
};

/** Our own checks say in their metadata what JSON Schema can say of them. */
const config = {
  target: 'draft-2020-12',
  ignoreActions: ['check'],
  definitions: shared,
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
} satisfies ConversionConfig;

/** The shared schemas. */
export const sharedSchemas = (): Readonly<Record<string, JsonSchema>> =>
  plain(toJsonSchemaDefs(shared, { ...config, typeMode: 'output' })) as Record<string, JsonSchema>;

/** The schema of what a caller sends. */
export const requestSchema = (schema: GenericSchema): JsonSchema => convert(schema, 'input');

/** The schema of what we answer. */
export const answerSchema = (schema: GenericSchema): JsonSchema => convert(schema, 'output');

function convert(schema: GenericSchema, typeMode: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, $defs: _shared, ...rest } = toJsonSchema(schema, { ...config, typeMode });
  return plain(rest);
}

/** Without the members that are undefined and the types that are the library's own. */
const plain = (value: object): JsonSchema => JSON.parse(JSON.stringify(value)) as JsonSchema;

/** The parameters of a query. */
export function queryParameters(query: GenericSchema | undefined): JsonSchema[] {
  if (!query) return [];
  // A query holds text; its output says what the text must mean.
  const { properties = {}, required = [] } = convert(query, 'output') as QuerySchema;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: withTypedDefault(schema),
  }));
}

interface QuerySchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** The default of a query parameter stands in the schema as text. */
const withTypedDefault = (schema: JsonSchema): JsonSchema =>
  schema['type'] === 'integer' && typeof schema['default'] === 'string'
    ? { ...schema, default: Number(schema['default']) }
    : schema;

/** As a browser writes it, for either ceremony. */
const sampleCredential = {
  id: 'AQID',
  rawId: 'AQID',
  type: 'public-key',
  response: {
    clientDataJSON: 'e30',
    attestationObject: 'oA',
    authenticatorData: 'AA',
    signature: 'AA',
  },
};

/** One value for every name that a body may have: the same name means the same thing in all of them. */
const samples: Readonly<Record<string, unknown>> = {
  access_token_format: 'jwt',
  account: '',
  algorithm: 'EdDSA',
  application: 'web',
  assertion_algorithm: null,
  attempt: '019d0000-0000-7000-8000-000000000000',
  authentication: 'client_secret_basic',
  authorization: 'dw_ar_…',
  back: '/sign-in',
  backchannel_logout_uri: 'https://app.example.com/signed-out',
  browser: '019d0000-0000-7000-8000-000000000000',
  carrier: 'opaque',
  code: '123456',
  ceremony: 'c2VhbGVk',
  claims_in_id_token: false,
  client: '019d0000-0000-7000-8000-000000000000',
  client_id: '019d0000-0000-7000-8000-000000000000',
  client_name: 'Laptop',
  client_uri: 'https://app.example.com/',
  contacts: ['ada@example.com'],
  credential: sampleCredential,
  current_password: 'seven quiet herons wade',
  days: '90',
  decision: 'allow',
  dpop_bound: false,
  email: 'ada@example.com',
  enrolment: '019d0000-0000-7000-8000-000000000000',
  expires_in: 2_592_000,
  factor: '019d0000-0000-7000-8000-000000000000',
  first_party: true,
  force: false,
  stolen: false,
  grant_types: ['authorization_code', 'refresh_token'],
  id_token_algorithm: 'RS256',
  id_token_hint: 'eyJ…',
  identity: '019d0000-0000-7000-8000-000000000000',
  identifier: 'ada@example.com',
  jwks: null,
  jwks_uri: null,
  link: 'dw_su_…',
  key: '019d0000-0000-7000-8000-000000000000',
  language: 'de',
  logo_uri: 'https://app.example.com/logo.svg',
  name: 'Ada Lovelace',
  new_password: 'nine bold otters swim',
  next: '/account',
  overlap: 86_400,
  default_max_age: 3600,
  default_acr_values: ['urn:doorward:acr:two-factor'],
  passkey: { ceremony: 'c2VhbGVk', credential: sampleCredential },
  passkey_answer: '{}',
  password: 'seven quiet herons wade',
  permissions: ['reports:read'],
  policy_uri: 'https://app.example.com/privacy',
  post_logout_redirect_uri: 'https://app.example.com/',
  post_logout_redirect_uris: ['https://app.example.com/'],
  provider: 'google',
  recovery_code: 'abcd-efgh-jkmn-pqrs',
  redirect_uris: ['https://app.example.com/callback'],
  refresh_token: 'dw_rt_…',
  remember: 'yes',
  keep_account: false,
  remember_device: false,
  require_pkce: true,
  require_pushed_requests: false,
  requires: 'second-factor',
  roles: ['reader'],
  scope: 'account:read',
  scopes: ['account:read'],
  screen: 'BCD-FGH',
  sector_identifier_uri: null,
  session: '019d0000-0000-7000-8000-000000000000',
  shown: 'openid',
  state: 'xyz',
  status: 'active',
  subject_type: 'public',
  ticket: 'dw_ma_…',
  token: 'dw_rt_…',
  tos_uri: 'https://app.example.com/terms',
  totp: '123456',
  ui_locales: 'de en',
  understood: 'yes',
  user_code: 'BCDF-GHJK',
  username: 'ada',
};

/** A body that the schema accepts, made of the samples. */
export function exampleOf(schema: GenericSchema): Readonly<Record<string, unknown>> {
  const names = 'entries' in schema ? Object.keys(schema.entries as object) : [];
  return Object.fromEntries(names.filter((name) => name in samples).map((name) => [name, samples[name]]));
}
