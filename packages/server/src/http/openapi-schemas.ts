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

/** One value for every name that a body may have: the same name means the same thing in all of them. */
const samples: Readonly<Record<string, unknown>> = {
  carrier: 'opaque',
  client_name: 'Laptop',
  current_password: 'seven quiet herons wade',
  email: 'ada@example.com',
  expires_in: 2_592_000,
  force: false,
  identifier: 'ada@example.com',
  link: 'dw_su_…',
  name: 'Ada Lovelace',
  new_password: 'nine bold otters swim',
  password: 'seven quiet herons wade',
  permissions: ['reports:read'],
  refresh_token: 'dw_rt_…',
  roles: ['reader'],
  scopes: ['account:read'],
  status: 'active',
  token: 'dw_rt_…',
  username: 'ada',
};

/** A body that the schema accepts, made of the samples. */
export function exampleOf(schema: GenericSchema): Readonly<Record<string, unknown>> {
  const names = 'entries' in schema ? Object.keys(schema.entries as object) : [];
  return Object.fromEntries(names.filter((name) => name in samples).map((name) => [name, samples[name]]));
}
