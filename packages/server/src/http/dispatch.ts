/**
 * From request to response: the one order of checks that every row goes through, and the only try/catch.
 */
import { startStopwatch } from '../base/clock.ts';
import { type DomainFailure, fail, isFailure } from '../domain/failures.ts';
import { authenticate, type Principal } from '../domain/sessions/authenticate.ts';
import type { Carrier, Wire } from '../domain/tokens/carrier.ts';
import { cookieName, readCookie } from '../protocol/cookie.ts';
import { clientAddress } from '../protocol/forwarded.ts';
import { OAuthFault } from '../protocol/oauth/error.ts';
import { shareResponse } from './cors.ts';
import { readBody, readQuery } from './input.ts';
import { frameOf } from './language.ts';
import { refuseOtherOrigin, requireSameOrigin } from './origin.ts';
import { drawFailure, wantsPage, wayToSignIn } from './page.ts';
import { clearing, respond, respondFailure } from './reply.ts';
import { anyScope, type Call, type HttpParts, type RefusedRequest, type Route } from './route.ts';

/** Where a request came in. */
export interface Connection {
  /** The address of the other end of the socket; undefined when there is none. */
  readonly peer: string | undefined;
}

/** A request with its row, if there is one. */
export interface Arrival {
  readonly request: Request;
  readonly connection: Connection;
  readonly route: Route | undefined;
  /** The methods of this path, when it has rows but none for this method. */
  readonly allow?: string | undefined;
  param(name: string): string;
}

/** Answers a request by its row. Never rejects. */
export async function dispatch(parts: HttpParts, arrival: Arrival): Promise<Response> {
  const elapsed = startStopwatch();
  const { request, route } = arrival;
  const requestId = parts.nextRequestId();
  const wire = wireOf(parts, arrival);
  let response: Response;
  let thrown: unknown;
  let admitted: Admitted | undefined;
  try {
    admitted = await admit(parts, arrival, wire);
    response = respond(parts, await admitted.route.handle(admitted.call));
  } catch (caught) {
    thrown = caught;
    const refused = { request, path: pathOf(request.url), network: wire.network, requestId };
    response = await refusal(parts, caught, { arrival, refused, wire, call: admitted?.call });
  }
  if (route?.cors) response = await shareResponse(parts, { request, response, with: route.cors });
  parts.observe({
    requestId,
    method: request.method,
    route: route?.path ?? '',
    status: response.status,
    duration: elapsed(),
    network: wire.network,
    thrown,
  });
  return response;
}

/** What is known of a request when something is thrown. */
interface Thrown {
  readonly arrival: Arrival;
  readonly refused: RefusedRequest;
  readonly wire: Wire;
  readonly call: Call | undefined;
}

/** The response to what was thrown: in the words of the row's own standard, where it has one. */
async function refusal(
  parts: HttpParts,
  caught: unknown,
  { arrival, refused, wire, call }: Thrown,
): Promise<Response> {
  const { request, route, allow } = arrival;
  const failure = failureOf(caught);
  if (route?.refuse) {
    const told = caught instanceof OAuthFault ? caught : failure;
    return respond(parts, await route.refuse(parts, told, refused));
  }
  const stale = staleCookies(parts, failure);
  const way = wantsPage(arrival) ? wayToSignIn(arrival, failure) : undefined;
  const kept = (call && route?.keep?.(call)) ?? [];
  if (way !== undefined)
    return respond(parts, {
      status: 303,
      headers: { location: way },
      cookies: [...clearing(stale), ...kept],
    });
  return respondFailure(parts, failure, {
    ...refused,
    route,
    allow,
    staleCookies: stale,
    draw: wantsPage(arrival)
      ? (shown) => drawFailure({ route, call, frame: frameOf({ request, wire }) }, shown)
      : undefined,
  });
}

/** A row without words of its own for a fault in a client's request tells it to the person whom the client sent here. */
function failureOf(caught: unknown): DomainFailure {
  if (isFailure(caught)) return caught;
  if (!(caught instanceof OAuthFault)) return fail('internal', { cause: caught });
  const { parameter: field = '', description: message, check } = caught;
  return fail('client_request_invalid', { fields: [{ field, message }], detail: { check } });
}

/** A request that passed every check, with its row. */
interface Admitted {
  readonly route: Route;
  readonly call: Call;
}

async function admit(parts: HttpParts, arrival: Arrival, wire: Wire): Promise<Admitted> {
  const { request, route, param } = arrival;
  const { path, search } = split(request.url);
  if (!canonicalPath.test(path)) throw fail('path_malformed');
  if (!route) throw fail(arrival.allow === undefined ? 'not_found' : 'method_not_allowed');
  if (route.forgery === 'always') refuseOtherOrigin(request, parts.site.origin);
  const principal = await principalFor(parts, route, wire);
  if (route.forgery !== 'none' && principal?.carrier.ambient) requireSameOrigin(request, parts.site.origin);
  const query = readQuery(search, route);
  // Most requests have no body; they need not wait a turn for it.
  const body = hasBody(request, route) ? await readBody(request, route, parts.site.bodyLimit) : undefined;
  const ports = route.mayReadReplica ? parts.showingPorts : parts.ports;
  const { network } = wire;
  const session = principal?.session;
  const call = { parts, ports, request, wire, network, body, query, param, principal, session };
  return { route, call };
}

const hasBody = ({ method }: Request, { body }: Route): boolean =>
  body !== undefined || (method !== 'GET' && method !== 'HEAD');

/** Letters that our paths are made of. Whatever needs another spelling, or an empty segment, is not ours. */
const canonicalPath = /^(?:\/|(?:\/[A-Za-z0-9._~-]+)+)$/;

async function principalFor(parts: HttpParts, { access }: Route, wire: Wire): Promise<Principal | undefined> {
  if (access.who === 'anyone') return undefined;
  const principal = await authenticate(parts.ports, wire, {
    carriers: parts.carriers,
    accepts: (carrier) => accepts(access, carrier),
  });
  const wanted = access.who === 'account' ? access.scope : undefined;
  if (principal.scopes && wanted && wanted !== anyScope && !principal.scopes.includes(wanted)) {
    throw fail('scope_missing', { detail: { check: 'scope', scope: wanted, account: principal.accountId } });
  }
  if (access.who === 'permitted' && !principal.permissions.includes(access.permission)) {
    const detail = { check: 'permission', permission: access.permission, account: principal.accountId };
    throw fail('permission_missing', { detail });
  }
  return principal;
}

function accepts(access: Exclude<Route['access'], { who: 'anyone' }>, { name }: Carrier): boolean {
  if (name === 'basic') return access.who === 'account' && access.basic;
  if (name === 'api-key')
    return access.who === 'permitted' || (access.who === 'account' && access.scope !== undefined);
  return true;
}

function wireOf(parts: HttpParts, { request, connection }: Arrival): Wire {
  const { headers } = request;
  const { trusted, secure } = parts.site;
  const cookies = headers.get('cookie') ?? undefined;
  return {
    header: (name) => headers.get(name) ?? undefined,
    cookie: (name) => readCookie(cookies, cookieName(name, secure)),
    network: clientAddress({
      peer: connection.peer,
      forwardedFor: trusted ? (headers.get('x-forwarded-for') ?? undefined) : undefined,
      trusted: trusted ?? nobody,
    }),
  };
}

const nobody = (): boolean => false;

/**
 * A refused cookie is cleared, or the browser would send it for ever. An access token that is refused says nothing of
 * the refresh token beside it, by which the page goes on.
 */
function staleCookies({ carriers }: HttpParts, { code, detail }: DomainFailure): readonly string[] {
  const { cookies = [] } = carriers.find(({ name }) => name === detail['carrier']) ?? {};
  if (code === 'refresh_refused') return cookies;
  return code === 'credentials_invalid' ? cookies.slice(0, 1) : [];
}

const pathOf = (url: string): string => split(url).path;

/** Path and query of an absolute URL, without building a URL object for each request. */
function split(url: string): { path: string; search: string } {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  if (start === -1) return { path: '/', search: '' };
  const query = url.indexOf('?', start);
  return query === -1
    ? { path: url.slice(start), search: '' }
    : { path: url.slice(start, query), search: url.slice(query) };
}
