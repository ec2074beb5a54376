/**
 * What a row can answer, in the words of OpenAPI: its own answers, and the failures that it or any row can have.
 */
import { type FailureCode, failures } from '../domain/failures.ts';
import { problemDetails, problemMediaType } from '../protocol/problem.ts';
import { answerSchema, type JsonSchema } from './openapi-schemas.ts';
import { type AnswerEntry, anyScope, type Route } from './route.ts';

/** A problem document (RFC 9457 §3.1) with our own members. */
export const failureSchema: JsonSchema = {
  type: 'object',
  description: 'A refusal or a breakage (RFC 9457).',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Leads to the entry of the code.' },
    title: { type: 'string', description: 'The public sentence of the code.' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(failures) },
    decision: {
      type: 'string',
      description: 'Of a 401, 403 or 429: opens the exact reason, for whoever runs the server.',
    },
    retry_after: { type: 'integer', minimum: 0, description: 'Seconds; the same as Retry-After.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: {
          field: { type: 'string', description: 'Its path in the body or query; empty for the whole.' },
          message: { type: 'string' },
        },
      },
    },
  },
};

/** The responses of a row, by status. */
export function responsesOf(route: Route): Readonly<Record<string, JsonSchema>> {
  const byStatus = Object.groupBy(possibleFailures(route), (code) => failures[code].status);
  const refused = Object.entries(byStatus).map(
    ([status, codes]) => [status, refusal(codes, route.page === true)] as const,
  );
  const answered = Object.entries(route.answers).map(([status, entry]) => [status, answer(entry)] as const);
  return Object.fromEntries([...answered, ...refused]);
}

function answer({ description, schema, mediaType }: AnswerEntry): JsonSchema {
  if (!schema && mediaType === undefined) return { description };
  const shape = schema ? answerSchema(schema) : mediaType?.includes('json') ? {} : { type: 'string' };
  return { description, content: { [mediaType ?? 'application/json']: { schema: shape } } };
}

/** The failures of a row: its own, those of its kind, and those that any row can have. */
export function possibleFailures(route: Route): FailureCode[] {
  const { access, forgery, body, method } = route;
  const codes: FailureCode[] = ['path_malformed', 'query_invalid', 'internal', 'store_unavailable'];
  if (method !== 'GET') codes.push('body_malformed');
  if (body) codes.push('input_invalid', 'body_too_large', 'media_type_unsupported');
  if (forgery === 'carrier' || forgery === 'always') codes.push('origin_refused');
  if (access.who !== 'anyone') codes.push('credentials_missing', 'credentials_invalid', 'carrier_refused');
  if (access.who === 'account' && access.scope !== undefined && access.scope !== anyScope)
    codes.push('scope_missing');
  if (access.who === 'permitted') codes.push('permission_missing');
  return [...new Set([...codes, ...route.failures])];
}

function refusal(codes: readonly FailureCode[], page: boolean): JsonSchema {
  const schema = { $ref: '#/components/schemas/Problem', properties: { code: { enum: codes } } };
  const examples = Object.fromEntries(
    codes.map((code) => [code, { summary: failures[code].title, value: example(code) }]),
  );
  return {
    description: codes.map((code) => `\`${code}\`: ${failures[code].title}`).join('\n\n'),
    content: {
      [problemMediaType]: { schema, examples },
      ...(page ? { 'text/html': { schema: { type: 'string' } } } : {}),
    },
  };
}

const example = (code: FailureCode): JsonSchema => {
  const { status, title } = failures[code];
  return { ...problemDetails({ status, code, title }) };
};
