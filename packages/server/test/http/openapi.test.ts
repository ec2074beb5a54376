import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { failures } from '../../src/domain/failures.ts';
import { type OpenApiDocument, openApiDocument, operationId } from '../../src/http/openapi.ts';
import { possibleFailures } from '../../src/http/openapi-responses.ts';
import { exampleOf } from '../../src/http/openapi-schemas.ts';
import { routes } from '../../src/http/routes.ts';
import { faultsOf, operations } from './openapi-rules.ts';

const site = { origin: 'http://localhost:3000', secure: false };
const document = openApiDocument({ table: routes, site, version: '1.2.3' });

const operationOf = (method: string, path: string) => {
  const operation = document.paths[path]?.[method];
  if (!operation) throw new Error(`there is no ${method} ${path}`);
  return operation;
};

test('the document keeps the rules of OpenAPI 3.1', () => {
  expect(faultsOf(document)).toEqual([]);
});

test('every row of the table is an operation, and nothing else is', () => {
  const rows = routes.map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect(
    operations(document)
      .map(([place]) => place)
      .sort(),
  ).toEqual(rows.sort());
});

test('it says which server it is, and in which version', () => {
  expect(document).toMatchObject({
    openapi: '3.1.1',
    info: { version: '1.2.3' },
    servers: [{ url: site.origin }],
  });
});

test('the name of an operation follows from method and path alone', () => {
  expect(operationId({ method: 'GET', path: '/api/v1/admin/accounts/:id' })).toBe('getAdminAccountsById');
  expect(operationId({ method: 'GET', path: '/.well-known/jwks.json' })).toBe('getWellKnownJwksJson');
  expect(operationId({ method: 'GET', path: '/' })).toBe('getHome');
  expect(operationId({ method: 'POST', path: '/account/names', page: true })).toBe('postAccountNamesPage');
});

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  (_name, route) => {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const operation = operationOf(route.method.toLowerCase(), path);

    test('has the answers of its row and every failure that it can have, under its status', () => {
      for (const status of Object.keys(route.answers)) expect(operation.responses).toHaveProperty(status);
      for (const code of possibleFailures(route)) {
        expect(operation.responses).toHaveProperty([
          String(failures[code].status),
          'content',
          'application/problem+json',
          'examples',
          code,
          'value',
          'code',
        ]);
      }
    });

    test('has a body when its row takes one, with an example that the schema of the row accepts', () => {
      const example = Object.values(operation.requestBody?.content ?? {})[0]?.example;
      expect(operation.requestBody !== undefined).toBe(route.body !== undefined);
      if (!route.body) return;
      // Parameters of OAuth exclude each other.
      if (route.parameters) return expect(example).toBeUndefined();
      expect(v.safeParse(route.body, example).issues).toBeUndefined();
      expect(Object.keys(exampleOf(route.body))).toEqual(
        Object.keys((route.body as v.AnySchema & Entries).entries),
      );
    });

    test('can be called by whom its row lets in, and by nobody else', () => {
      const schemes = operation.security.flatMap(Object.keys);
      const { access } = route;
      expect(schemes.length > 0).toBe(access.who !== 'anyone');
      expect(schemes.includes('basic')).toBe(access.who === 'account' && access.basic);
      expect(schemes.includes('api_key')).toBe(
        access.who === 'permitted' || (access.who === 'account' && access.scope !== undefined),
      );
    });
  },
);

interface Entries {
  readonly entries: object;
}

test('a problem may carry every code of the registry', () => {
  expect(document.components.schemas['Problem']).toMatchObject({
    properties: { code: { enum: Object.keys(failures) } },
  });
});

test('cookies have the names that they have on the wire', () => {
  const secure = openApiDocument({ table: routes, site: { ...site, secure: true }, version: '1' });
  expect(document.components.securitySchemes['cookie']).toMatchObject({ name: 'doorward_session' });
  expect(secure.components.securitySchemes['cookie']).toMatchObject({ name: '__Host-doorward_session' });
});

test('a number in a query is told as a number, with its bounds and its default', () => {
  expect(operationOf('get', '/api/v1/admin/accounts').parameters).toContainEqual({
    name: 'limit',
    in: 'query',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  });
});

describe('the rules notice', () => {
  const changed = (change: (copy: Changeable) => void): string[] => {
    const copy = structuredClone(document) as Changeable;
    change(copy);
    return faultsOf(copy);
  };
  type Changeable = OpenApiDocument & {
    paths: Record<string, Record<string, Record<string, unknown>>>;
  };

  test.each<[string, string, Record<string, unknown>]>([
    ['a path parameter that is not declared', '/api/v1/admin/accounts/{id}', { parameters: [] }],
    ['an operationId that is used twice', '/health/live', { operationId: 'getHealthReady' }],
    ['a response without description', '/health/live', { responses: { 200: {} } }],
    ['an operation without response', '/health/live', { responses: {} }],
    ['a scheme that is not declared', '/health/live', { security: [{ magic: [] }] }],
    [
      'a reference that leads nowhere',
      '/health/live',
      {
        responses: {
          200: { description: 'a', content: { 'a/b': { schema: { $ref: '#/components/schemas/Gone' } } } },
        },
      },
    ],
    [
      'a type that JSON Schema does not have',
      '/health/live',
      { responses: { 200: { description: 'a', content: { 'a/b': { schema: { type: 'text' } } } } } },
    ],
  ])('%s', (_what, path, wrong) => {
    expect(changed(({ paths }) => Object.assign(paths[path]?.['get'] ?? {}, wrong))).toHaveLength(1);
  });
});
