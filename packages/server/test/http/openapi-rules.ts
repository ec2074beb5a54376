/**
 * The rules of OpenAPI 3.1.1 that a document of ours could break, each as a search for what breaks it. Schemas are
 * looked at as far as JSON Schema 2020-12 says what a keyword may hold.
 */
import type { OpenApiDocument, Operation } from '../../src/http/openapi.ts';

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything in a document that breaks a rule, with its place. */
export const faultsOf = (document: OpenApiDocument): string[] => [
  ...rootFaults(document),
  ...pathFaults(document),
  ...operations(document).flatMap(([place, operation]) => operationFaults(place, operation, document)),
  ...deadReferences(document),
  ...schemasIn(document).flatMap(([place, schema]) => schemaFaults(place, schema)),
];

/** All operations with their places. */
export const operations = (document: OpenApiDocument): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );

const doubled = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i);

function rootFaults({ openapi, info, servers, tags, components }: OpenApiDocument): string[] {
  const names = Object.values(components).flatMap(Object.keys);
  return [
    ...(/^3\.1\.\d+$/.test(openapi) ? [] : ['openapi is no version of 3.1']),
    ...['title', 'version'].filter((name) => typeof info[name] !== 'string').map((name) => `info.${name}`),
    ...servers.filter(({ url }) => !URL.canParse(url)).map(({ url }) => `server ${url}`),
    ...doubled(tags.map(({ name }) => name)).map((name) => `tag ${name} twice`),
    ...names.filter((name) => !/^[A-Za-z0-9._-]+$/.test(name)).map((name) => `component ${name}`),
  ];
}

function pathFaults(document: OpenApiDocument): string[] {
  const paths = Object.keys(document.paths);
  const shapes = paths.map((path) => path.replaceAll(/\{[^}]*\}/g, '{}'));
  const ids = operations(document).map(([, { operationId }]) => operationId);
  const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);
  return [
    ...paths.filter((path) => !path.startsWith('/')).map((path) => `path ${path}`),
    ...doubled(shapes).map((shape) => `path ${shape} twice`),
    ...doubled(ids).map((id) => `operationId ${id} twice`),
    ...Object.values(document.paths)
      .flatMap(Object.keys)
      .filter((method) => !methods.has(method))
      .map((method) => `method ${method}`),
  ];
}

function operationFaults(place: string, operation: Operation, document: OpenApiDocument): string[] {
  const { parameters = [], requestBody, responses, security, tags } = operation;
  const inPath = parameters.filter((one) => one['in'] === 'path').map((one) => String(one['name']));
  const templated = [...place.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
  const declared = new Set(document.tags.map(({ name }) => name));
  const found = [
    ...(inPath.toSorted().join() === templated.toSorted().join() ? [] : ['path parameters differ']),
    ...doubled(parameters.map((one) => JSON.stringify([one['in'], one['name']]))).map(
      (name) => `parameter ${name} twice`,
    ),
    ...parameters
      .filter((one) => one['in'] === 'path' && one['required'] !== true)
      .map(() => 'optional in path'),
    ...parameters.filter((one) => !isTree(one['schema'])).map((one) => `no schema: ${String(one['name'])}`),
    ...(requestBody && place.startsWith('get') ? ['a GET with a body'] : []),
    ...(Object.keys(responses).length === 0 ? ['no response'] : []),
    ...tags.filter((tag) => !declared.has(tag)).map((tag) => `tag ${tag}`),
    ...security
      .flatMap(Object.keys)
      .filter((name) => !(name in document.components.securitySchemes))
      .map((name) => `security ${name}`),
    ...Object.entries(responses).flatMap(([status, response]) => responseFaults(status, response)),
    ...contentFaults(requestBody?.content),
  ];
  return found.map((fault) => `${place}: ${fault}`);
}

const responseFaults = (status: string, response: Tree): string[] => [
  ...(/^(?:default|[1-5](?:\d\d|XX))$/.test(status) ? [] : [`status ${status}`]),
  ...(typeof response['description'] === 'string' ? [] : [`${status} without description`]),
  ...contentFaults(response['content']),
];

function contentFaults(content: unknown): string[] {
  if (content === undefined) return [];
  if (!isTree(content) || Object.keys(content).length === 0) return ['content without a media type'];
  return Object.entries(content).flatMap(([mediaType, entry]) => [
    ...(/^[\w.+*-]+\/[\w.+*-]+$/.test(mediaType) ? [] : [`media type ${mediaType}`]),
    ...(isTree(entry) && isTree(entry['schema']) ? [] : [`${mediaType} without schema`]),
    ...(isTree(entry) && 'example' in entry && 'examples' in entry ? ['example beside examples'] : []),
  ]);
}

/** All objects of a document, with their places. */
function* trees(value: unknown, place = '#'): Generator<[string, Tree]> {
  if (isTree(value)) yield [place, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
    yield* trees(member, `${place}/${step}`);
  }
}

function deadReferences(document: OpenApiDocument): string[] {
  const places = new Set([...trees(document)].map(([place]) => place));
  return [...trees(document)]
    .map(([, tree]) => tree['$ref'])
    .filter((reference) => typeof reference === 'string' && !places.has(reference))
    .map((reference) => `dead reference ${String(reference)}`);
}

/** The schemas of a document: what stands under `schema` or in components, and all schemas within. */
const schemasIn = (document: OpenApiDocument): [string, Tree][] =>
  [...trees(document)].filter(
    ([place]) =>
      /\/schema$|^#\/components\/schemas\/[^/]+$/.test(place) ||
      /\/schemas?\/.*\/(?:items|additionalProperties|propertyNames|properties\/[^/]+|(?:any|all|one)Of\/\d+)$/.test(
        place,
      ),
  );

const types: ReadonlySet<unknown> = new Set([
  'array',
  'boolean',
  'integer',
  'null',
  'number',
  'object',
  'string',
]);

function schemaFaults(place: string, schema: Tree): string[] {
  const { type, properties = {}, required = [], pattern } = schema;
  const names = isTree(properties) ? Object.keys(properties) : [];
  const keywords = Object.keys(schema).filter((keyword) => !known.has(keyword));
  const found = [
    ...(type === undefined || types.has(type) ? [] : [`type ${JSON.stringify(type)}`]),
    ...(Array.isArray(required) ? required : ['a list']).filter((name) => !names.includes(String(name))),
    ...('enum' in schema && !(Array.isArray(schema['enum']) && schema['enum'].length > 0) ? ['enum'] : []),
    ...(pattern === undefined || (typeof pattern === 'string' && compiles(pattern)) ? [] : ['pattern']),
    ...keywords.map((keyword) => `keyword ${keyword}`),
  ];
  return found.map((fault) => `${place}: ${String(fault)}`);
}

const known = new Set(
  `$ref additionalProperties anyOf const default description enum examples format items maxItems maxLength maximum
  minItems minLength minimum not pattern properties propertyNames required title type`.split(/\s+/),
);

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source !== '';
  } catch {
    return false;
  }
}
