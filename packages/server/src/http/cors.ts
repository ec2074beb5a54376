/**
 * Calls by pages of other origins (Fetch §3.2): the rows that say so may be called, and read, from the origins that
 * clients have registered, or from any. Nothing that a browser sends by itself is looked at there, so credentials are never
 * allowed.
 */
import { type HttpParts, openRoute, type Route, type SharedWith } from './route.ts';

/** Seconds that a browser may remember a preflight. */
const maxAge = 600;

/** What such a page may send beside what every page may, and read beside what every page may. */
const requestHeaders = 'authorization, content-type, dpop';
const exposedHeaders = 'www-authenticate, dpop-nonce, retry-after';

/** The origin of a request if a client has registered it; never `null`. */
async function registeredOrigin({ ports }: HttpParts, { headers }: Request): Promise<string | undefined> {
  const origin = headers.get('origin');
  return origin !== null && (await ports.store.read.clients.originHeld(origin)) ? origin : undefined;
}

/** A response, and with which pages it is shared. */
interface SharedResponse {
  readonly request: Request;
  readonly response: Response;
  readonly with: SharedWith;
}

/** Lets the page that asked read the response, a refusal too. Never rejects. */
export async function shareResponse(parts: HttpParts, shared: SharedResponse): Promise<Response> {
  const { request, response } = shared;
  // Headers are taken up only where one is added: an answer that nobody looks into goes out much faster.
  // Also where no page asked: what a cache keeps of it serves those that do.
  if (shared.with === 'any') response.headers.set('access-control-allow-origin', '*');
  else if (request.headers.has('origin')) {
    response.headers.append('vary', 'origin');
    try {
      const origin = await registeredOrigin(parts, request);
      if (origin === undefined) return response;
      response.headers.set('access-control-allow-origin', origin);
      response.headers.set('access-control-expose-headers', exposedHeaders);
    } catch (thrown) {
      parts.ports.report(thrown);
    }
  }
  return response;
}

/** Whether a request is the question of a browser before it sends the real one (Fetch §4.8). */
export const isPreflight = ({ method, headers }: Request): boolean =>
  method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');

/** The rows that answer preflights, by path. They stand beside the table, since no client of ours ever asks for them. */
export function preflightRows(table: readonly Route[]): ReadonlyMap<string, Route> {
  const rows = new Map<string, Route>();
  for (const { path, cors } of table) {
    if (!cors) continue;
    const methods = table.filter((row) => row.path === path && row.cors).map(({ method }) => method);
    rows.set(path, preflightRow(path, methods, cors));
  }
  return rows;
}

/** Fetch §3.3.4: what is named there may be sent, and `*` stands for all but the one that it leaves out. */
const anyHeader = '*, authorization';

const preflightRow = (path: string, methods: readonly string[], cors: SharedWith): Route =>
  openRoute(
    {
      method: 'GET',
      path,
      subject: 'oauth',
      summary: 'May a page of this origin call?',
      forgery: 'none',
      limits: ['none'],
      answers: { 204: { description: 'What it may.' } },
      failures: [],
      cors,
    },
    async ({ parts, request }) => ({
      status: 204,
      headers:
        cors === 'registered' && (await registeredOrigin(parts, request)) === undefined
          ? {}
          : {
              'access-control-allow-methods': methods.join(', '),
              'access-control-allow-headers': cors === 'any' ? anyHeader : requestHeaders,
              'access-control-max-age': String(maxAge),
            },
    }),
  );
