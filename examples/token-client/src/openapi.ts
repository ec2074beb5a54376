/** The OpenAPI document, made of the endpoints: what they do not say is not in it. */
import type { Endpoint } from './endpoints.ts';

/** The part of OpenAPI 3.1 that we use. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<'title' | 'version' | 'description', string>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

/** One method of a path. */
export interface Operation {
  readonly summary: string;
  readonly requestBody?: {
    readonly required: true;
    readonly content: { readonly 'application/json': { readonly schema: BodySchema } };
  };
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** The fields of a body; all of them are text. */
export interface BodySchema {
  readonly type: 'object';
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, { readonly type: string | readonly string[] }>>;
}

/** Makes the document. */
export function openApiOf(endpoints: readonly Endpoint[]): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const endpoint of endpoints) {
    const [method = '', path = ''] = endpoint.row.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Token client',
      version: '0.1.0',
      description:
        'A web application that signs its users in at a central server and keeps their tokens fresh.',
    },
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  };
}

const operationOf = ({ summary, body, bearer, answers }: Endpoint): Operation => ({
  summary,
  ...(body && {
    requestBody: { required: true, content: { 'application/json': { schema: bodySchemaOf(body.entries) } } },
  }),
  ...(bearer && { security: [{ bearer: [] }] }),
  responses: Object.fromEntries(
    Object.entries(answers).map(([status, description]) => [status, { description }]),
  ),
});

function bodySchemaOf(entries: NonNullable<Endpoint['body']>['entries']): BodySchema {
  const fields = Object.entries(entries).map(([name, { type }]) => ({
    name,
    isOptional: type === 'nullish',
  }));
  return {
    type: 'object',
    required: fields.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
    properties: Object.fromEntries(
      fields.map(({ name, isOptional }) => [name, { type: isOptional ? ['string', 'null'] : 'string' }]),
    ),
  };
}
