/**
 * Turning replies and failures into responses: headers that every response has, cookies, problem documents.
 */
import type { Failure } from '../base/failure.ts';
import { type Decision, sealDecision } from '../domain/admin/decision.ts';
import { type FailureCode, failures } from '../domain/failures.ts';
import type { CookieValue } from '../domain/tokens/carrier.ts';
import { sameSiteOf } from '../domain/tokens/token-answer.ts';
import type { ShownFailure } from '../pages/failure.ts';
import { challenge } from '../protocol/authorization-header.ts';
import { clearCookie, cookieName, setCookie } from '../protocol/cookie.ts';
import { problemDetails, problemMediaType } from '../protocol/problem.ts';
import { leadingAway, pageHeaders } from './page.ts';
import type { DrawnPage, HttpParts, RefusedRequest, Reply, Route } from './route.ts';

/** What every answer of the API carries: not stored, not sniffed, not framed, nothing loaded, nothing told onwards. */
const everyReply = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

const jsonHeaders = { ...everyReply, 'content-type': 'application/json; charset=utf-8' };
/** Readers that look at the media type first find one, whatever is behind it. */
const emptyHeaders = { ...everyReply, 'content-type': 'text/plain; charset=utf-8' };

/** The response of a reply. */
export function respond(parts: HttpParts, reply: Reply): Response {
  const { status, json, content, cookies } = reply;
  const base = json !== undefined ? jsonHeaders : content === undefined ? emptyHeaders : everyReply;
  const headers =
    reply.headers || parts.site.secure ? { ...base, ...transport(parts), ...reply.headers } : base;
  const body = json === undefined ? (content ?? null) : JSON.stringify(json);
  if (!cookies || cookies.length === 0) return new Response(body, { status, headers });
  const list: [string, string][] = Object.entries(headers);
  for (const cookie of cookies) list.push(['set-cookie', cookieText(parts, cookie)]);
  return new Response(body, { status, headers: list });
}

/** RFC 6797: two years, where cookies are only sent over https. */
const transport = ({ site }: HttpParts): Record<string, string> =>
  site.secure ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {};

function cookieText({ site }: HttpParts, { name, value, maxAge, sameSite }: CookieValue): string {
  const attributes = { name: cookieName(name, site.secure), sameSite, secure: site.secure };
  return value === '' ? clearCookie(attributes) : setCookie({ ...attributes, value, maxAge });
}

/** Cookies that take the named ones away, with the attributes they were set with. */
export const clearing = (names: readonly string[]): CookieValue[] =>
  names.map((name) => ({ name, value: '', maxAge: 0, sameSite: sameSiteOf(name) }));

/**
 * What signs a browser out: the named cookies go, and with them what it keeps of our answers, the pages behind its back button
 * among them (W3C Clear Site Data §3.1).
 */
export const signingOff = (
  names: readonly string[],
): { readonly headers: Readonly<Record<string, string>>; readonly cookies: readonly CookieValue[] } => ({
  headers: names.length === 0 ? {} : { 'clear-site-data': '"cache"' },
  cookies: clearing(names),
});

/** What is known of a request that failed. */
export interface FailedRequest extends RefusedRequest {
  readonly route: Route | undefined;
  /** Base names of cookies that turned out to be worthless, to be cleared. */
  readonly staleCookies: readonly string[];
  /** For `method_not_allowed`. */
  readonly allow?: string | undefined;
  /** Makes a page of it, where the caller wants one. */
  readonly draw?: ((shown: ShownFailure) => Promise<DrawnPage>) | undefined;
}

/**
 * The response of a failure: a problem document (RFC 9457), or a page where one was asked for. Its caller learns the
 * public sentence and no more.
 */
export async function respondFailure(
  parts: HttpParts,
  failure: Failure<FailureCode>,
  failed: FailedRequest,
): Promise<Response> {
  const { status, title } = failures[failure.code];
  const { code, detail, fields, retryAfter } = failure;
  const decision = decide(parts, { status, code, detail }, failed);
  const shown: ShownFailure = { status, code, title, decision, fields, retryAfter };
  const page = await failed.draw?.(shown);
  const headers: Record<string, string> = {
    ...(page ? { ...pageHeaders, 'content-language': page.language } : { 'content-type': problemMediaType }),
    ...(page && failed.route?.leadsAway ? leadingAway : {}),
    'x-request-id': failed.requestId,
  };
  if (failure.retryAfter !== undefined) headers['retry-after'] = String(failure.retryAfter);
  if (status === 401) headers['www-authenticate'] = challenges(parts, failure.code, failed.route);
  if (failed.allow !== undefined) headers['allow'] = failed.allow;
  return respond(parts, {
    status,
    content: page ? String(await page.html) : JSON.stringify(problemDetails(shown)),
    headers,
    cookies: [...(status === 401 ? clearing(failed.staleCookies) : []), ...(page?.cookies ?? [])],
  });
}

/** The refusals that can be asked about. */
const explained: ReadonlySet<number> = new Set([401, 403, 429]);

/** What was refused, for the operator. */
export interface Explanation extends Pick<Decision, 'code' | 'detail'> {
  readonly status: number;
}

/** Seals why somebody was refused into an id; undefined for a status that is not asked about. */
export function decide(
  { ports }: HttpParts,
  { status, code, detail }: Explanation,
  { request, path, network, requestId }: RefusedRequest,
): string | undefined {
  if (!explained.has(status)) return undefined;
  const at = new Date(ports.clock.now()).toISOString();
  return sealDecision(ports.vault, { at, code, method: request.method, path, network, requestId, detail });
}

/** RFC 6750 §3: no error code when there was no credential. */
function challenges({ site }: HttpParts, code: FailureCode, route: Route | undefined): string {
  const error = code === 'credentials_missing' ? {} : { error: 'invalid_token' };
  const bearer = challenge({ scheme: 'Bearer', realm: site.origin, ...error });
  const basic = route?.access.who === 'account' && route.access.basic;
  return basic ? `${bearer}, ${challenge({ scheme: 'Basic', realm: site.origin })}` : bearer;
}
