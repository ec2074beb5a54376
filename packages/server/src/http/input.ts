/**
 * Checking untrusted input once, at the edge: sizes, media types, strict JSON or form, schema, unknown and repeated
 * names. What passes here is trusted by its type.
 */
import * as v from 'valibot';
import type { FieldFault } from '../base/failure.ts';
import { fail, isFailure } from '../domain/failures.ts';
import { FormFault, parseForm } from '../protocol/form.ts';
import { JsonFault, parseJson } from '../protocol/json.ts';
import { isForm, isJson } from '../protocol/media-type.ts';
import { parseParameters } from '../protocol/oauth/parameters.ts';
import { isPlainText, nameIn } from '../protocol/text.ts';
import type { RouteFacts } from './route.ts';

/** A line of visible text of at most `most` code points. */
export const line = (most: number) =>
  v.pipe(
    v.string('This must be text.'),
    v.maxLength(most * 2, `This may have at most ${most} characters.`),
    v.check((text) => isPlainText(text, most), `This must be visible text of at most ${most} characters.`),
    // For the OpenAPI document: JSON Schema counts code points as we do.
    v.metadata({ maxLength: most }),
  );

/** What somebody or something is called, a line; empty for nothing, also where nothing of it could be seen. */
export const nameLine = (most: number) => v.pipe(line(most), v.transform(nameIn));

/** The same where a name is needed. */
export const givenName = v.pipe(
  line(100),
  v.check((text) => nameIn(text) !== '', 'Give it a name.'),
  v.transform(nameIn),
);

/** A password as typed: any text; the policy judges it. 1,024 UTF-16 units at most. */
export const passwordText = v.pipe(
  v.string('This must be text.'),
  v.minLength(1, 'Give a password.'),
  v.maxLength(1024, 'This may have at most 1024 characters.'),
);

/** What a row that takes a new password can answer about it. */
export const newPasswordFailures = [
  'password_malformed',
  'password_too_short',
  'password_too_long',
  'password_common',
  'password_context',
] as const;

/** A UUID in lower case. */
export const uuid = v.pipe(
  v.string('This must be text.'),
  v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'This is not an id.'),
);

/** A path of this server, spelled so that no browser reads another host into it (WHATWG URL §4.4). */
export const ownPath = (most: number) =>
  v.pipe(
    v.string('This must be text.'),
    v.maxLength(most, `This may have at most ${most} characters.`),
    v.regex(/^\/(?![/\\])[!-[\]-~]*$/, 'This must be a path of this server.'),
  );

/** Where our own pages lead on to. */
export const nextPath = ownPath(500);

/** A whole number in a query. */
export const wholeNumber = (least: number, most: number) =>
  v.pipe(
    v.string('This must be a number.'),
    v.regex(/^(?:0|[1-9]\d{0,15})$/, 'This must be a whole number.'),
    v.transform(Number),
    v.number(),
    v.integer(),
    v.minValue(least, `This must be at least ${least}.`),
    v.maxValue(most, `This must be at most ${most}.`),
  );

/** Reads and checks the body by the row. Throws `body_too_large`, `media_type_unsupported`, `body_malformed`, `input_invalid`, OAuthFault. */
export async function readBody(request: Request, route: RouteFacts, limit: number): Promise<unknown> {
  const { headers } = request;
  const declared = headers.get('content-length');
  const type = headers.get('content-type');
  // RFC 9112 §6.3: without either of these headers a request on a socket has no body.
  const framed = (declared !== null && declared !== '0') || headers.has('transfer-encoding');
  if (!route.body) {
    if (!framed || request.method === 'GET') return undefined;
    throw fail('body_malformed', { fields: [{ field: '', message: 'No body is taken here.' }] });
  }
  if (route.bodyOptional && type === null && !framed) return undefined;
  if (!(route.form ? isForm(type) : isJson(type))) throw fail('media_type_unsupported');
  // RFC 9110 §15.5.16: we unpack nothing, so that nothing can grow beyond its limit.
  if (headers.has('content-encoding')) throw fail('media_type_unsupported');
  const text = await readText(request, declared, limit);
  if (route.parameters) return parseParameters(text);
  const value = route.form ? formObject(text) : jsonValue(text);
  // A list would pass as an object without members, and the schema's own words for another type quote the value.
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fail('input_invalid', { fields: [{ field: '', message: 'The body must be an object.' }] });
  return check(route.body, value, 'input_invalid');
}

async function readText(request: Request, declared: string | null, limit: number): Promise<string> {
  if (declared !== null && Number(declared) > limit) throw fail('body_too_large');
  const bytes = await readBytes(request, declared, limit);
  if (bytes.byteLength > limit) throw fail('body_too_large');
  try {
    return utf8.decode(bytes);
  } catch {
    throw fail('body_malformed', { fields: [{ field: '', message: 'The body is not UTF-8.' }] });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function readBytes(request: Request, declared: string | null, limit: number): Promise<Uint8Array> {
  try {
    // With a declared length the HTTP parser delivers just that much; only a stream must be counted.
    return declared === null
      ? await readCounted(request, limit)
      : new Uint8Array(await request.arrayBuffer());
  } catch (thrown) {
    if (isFailure(thrown)) throw thrown;
    // Its client has gone or was cut off for being slow: nothing of ours broke.
    throw fail('body_malformed', { fields: [{ field: '', message: 'The body is not whole.' }] });
  }
}

async function readCounted(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > limit) throw fail('body_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function jsonValue(text: string): unknown {
  try {
    return parseJson(text);
  } catch (thrown) {
    if (!(thrown instanceof JsonFault)) throw thrown;
    throw fail('body_malformed', { fields: [{ field: '', message: thrown.reason }] });
  }
}

function formObject(text: string): unknown {
  try {
    return Object.fromEntries(parseForm(text));
  } catch (thrown) {
    if (!(thrown instanceof FormFault)) throw thrown;
    throw fail('body_malformed', { fields: [{ field: '', message: thrown.reason }] });
  }
}

/** Reads and checks the query by the row; a row without a schema takes none. Throws `query_invalid`, OAuthFault. */
export function readQuery(search: string, route: RouteFacts): unknown {
  if (route.parameters && route.method === 'GET') return parseParameters(search.slice(1));
  if (search === '' && !route.query) return undefined;
  let values: Map<string, string>;
  try {
    values = search === '' ? new Map() : parseForm(search.slice(1));
  } catch (thrown) {
    if (!(thrown instanceof FormFault)) throw thrown;
    throw fail('query_invalid', { fields: [{ field: '', message: thrown.reason }] });
  }
  if (!route.query) {
    throw fail('query_invalid', {
      fields: [...values.keys()].map((field) => ({ field, message: 'This is not known here.' })),
    });
  }
  return check(route.query, Object.fromEntries(values), 'query_invalid');
}

/** Checks a value by a schema. Throws the given code with what is wrong by field. */
export function check<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  code: 'input_invalid' | 'query_invalid',
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw fail(code, { fields: result.issues.slice(0, 20).map(fault) });
}

function fault(issue: v.BaseIssue<unknown>): FieldFault {
  const field = v.getDotPath(issue) ?? '';
  // Unknown names are echoed as names, never with their values.
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return { field, message: 'This is not known here.' };
  if (issue.type === 'strict_object' && issue.received === 'undefined')
    return { field, message: 'This is missing.' };
  return {
    field,
    message: issue.kind === 'schema' && issue.received === 'undefined' ? 'This is missing.' : issue.message,
  };
}
