/**
 * The OpenAPI document (3.1.1) of a route table: every row is an operation, and nothing else is. Loaded when somebody
 * asks for the document; it knows rows and schemas, and no request.
 */
import { handlePrefixes } from '../domain/tokens/handle.ts';
import { cookieNames } from '../domain/tokens/token-answer.ts';
import { cookieName } from '../protocol/cookie.ts';
import { failureSchema, responsesOf } from './openapi-responses.ts';
import {
  exampleOf,
  type JsonSchema,
  queryParameters,
  requestSchema,
  sharedSchemas,
} from './openapi-schemas.ts';
import { type Access, anyScope, type HttpParts, type Route, type RouteFacts } from './route.ts';

/** What a document is made of. */
export interface OpenApiParts {
  readonly table: readonly Route[];
  readonly site: Pick<HttpParts['site'], 'origin' | 'secure'>;
  /** The version of this server. */
  readonly version: string;
}

/** An OpenAPI document, as far as this module makes one. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<'schemas' | 'securitySchemes', Readonly<Record<string, JsonSchema>>>>;
}

/** One operation. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly JsonSchema[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;
  };
  readonly responses: Readonly<Record<string, JsonSchema>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

/** Makes the document of a table. */
export function openApiDocument({ table, site, version }: OpenApiParts): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of table)
    (paths[templateOf(route.path)] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Doorward',
      version,
      description:
        'One sign-in server for all your apps. One session, carried however each app needs it. Failures are problem documents (RFC 9457); [their codes](/docs/failures) are the contract.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: site.origin }],
    tags: tagsOf(table),
    paths,
    components: {
      schemas: { ...sharedSchemas(), Problem: failureSchema },
      securitySchemes: securitySchemes(site.secure),
    },
  };
}

/** `/a/:id` as `/a/{id}`. */
const templateOf = (path: string): string => path.replaceAll(/:([a-z_]+)/g, '{$1}');

/** Words of method and path: `GET /api/v1/admin/accounts/:id` is `getAdminAccountsById`; of a page, with `Page` behind them. */
export function operationId({ method, path, page }: Pick<RouteFacts, 'method' | 'path' | 'page'>): string {
  const words = path
    .replace('/api/v1', '')
    .replaceAll(/\/:/g, '/by-')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const name = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
  return method.toLowerCase() + (name === '' ? 'Home' : name) + (page ? 'Page' : '');
}

function operation(route: Route): Operation {
  const { subject, summary } = route;
  const parameters = [...pathParameters(route.path), ...queryParameters(route.query)];
  const description = describe(route);
  return {
    operationId: operationId(route),
    tags: [subject],
    summary,
    ...(description === '' ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(route),
    responses: responsesOf(route),
    security: securityOf(route.access),
  };
}

const pathParameters = (path: string): JsonSchema[] =>
  [...path.matchAll(/:([a-z_]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1 },
  }));

function requestBody({ body, form, parameters, bodyOptional }: RouteFacts): Pick<Operation, 'requestBody'> {
  if (!body) return {};
  const mediaType = form ? 'application/x-www-form-urlencoded' : 'application/json';
  // Parameters of OAuth exclude each other: one of each is no request that anybody makes.
  const example = parameters ? {} : { example: exampleOf(body) };
  const content = { [mediaType]: { schema: requestSchema(body), ...example } };
  return { requestBody: { required: bodyOptional !== true, content } };
}

/** What the row says that OpenAPI has no member for. */
function describe({ access, limits, forgery }: Route): string {
  const spent = limits.filter((limit) => limit === 'account' || limit === 'network' || limit === 'sign-up');
  return [
    access.who === 'permitted' ? `Needs the permission \`${access.permission}\`.` : '',
    access.who === 'account' && access.scope && access.scope !== anyScope
      ? `An API key needs the scope \`${access.scope}\`.`
      : '',
    spent.length > 0 ? `Spends the attempt budgets: ${spent.join(', ')}.` : '',
    limits.includes('hashing') ? 'Waits in the hashing queue.' : '',
    forgery === 'always' ? 'A browser may call it from this site only.' : '',
    forgery === 'carrier' ? 'With a cookie, it may be called from this site only.' : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Any one of these lets in (OpenAPI 3.1.1 §4.8.30). For keys the list names the scope that they need. */
function securityOf(access: Access): Operation['security'] {
  if (access.who === 'anyone') return [];
  const session = [{ cookie: [] }, { opaque: [] }, { jwt: [] }, { jwt_cookie: [] }];
  if (access.who === 'session') return session;
  if (access.who === 'permitted') return [...session, { api_key: [access.permission] }];
  return [
    ...session,
    ...(access.scope === undefined ? [] : [{ api_key: access.scope === anyScope ? [] : [access.scope] }]),
    ...(access.basic ? [{ basic: [] }] : []),
  ];
}

const securitySchemes = (secure: boolean): Readonly<Record<string, JsonSchema>> => ({
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: cookieName(cookieNames.session, secure),
    description: 'A cookie session.',
  },
  jwt_cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: cookieName(cookieNames.token, secure),
    description: 'A JWT in a cookie, beside the cookie of its refresh token.',
  },
  opaque: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: `${handlePrefixes.access}…`,
    description: 'An opaque access token.',
  },
  jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token of RFC 9068.' },
  api_key: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: `${handlePrefixes['api-key']}…`,
    description: 'An API key; each operation names the scope that it needs.',
  },
  basic: { type: 'http', scheme: 'basic', description: 'Identifier and password, without a session.' },
});

const subjects: Readonly<Record<string, string>> = {
  accounts: 'Making an account, and your own.',
  sessions: 'Signing in, being signed in, signing out.',
  tokens: 'Refresh tokens, API keys and the revocation feed.',
  keys: 'The public keys that tokens are verified with.',
  administration: 'Governing other accounts, roles, keys; reading events.',
  operation: 'Whether it runs, and how.',
  documentation: 'What you are reading, and the files of our pages.',
};

const tagsOf = (table: readonly Route[]): OpenApiDocument['tags'] =>
  [...new Set(table.map(({ subject }) => subject))].map((name) => {
    const description = subjects[name];
    return description === undefined ? { name } : { name, description };
  });
