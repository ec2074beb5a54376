/**
 * Which pages may call: ours, and those of the sites on the list. Nobody else's page reads an answer, and nobody else's
 * page changes anything with the cookie that the browser sends along by itself.
 */
import { type Fetch, Refused } from '@doorward/examples-kit';

/** Puts the rule before a system. `refuse` spells an error. */
export function guardOrigins(
  fetch: Fetch,
  { allowed, refuse }: { allowed: readonly string[]; refuse: (refused: Refused) => Response },
): Fetch {
  return async (request, bindings) => {
    const origin = request.headers.get('origin');
    // Most callers are programs, and a program says no origin.
    if (origin === null || origin === new URL(request.url).origin) return fetch(request, bindings);
    if (!allowed.includes(origin)) {
      const reads = request.method === 'GET' || request.method === 'HEAD';
      return reads ? fetch(request, bindings) : refuse(new Refused(403, 'Origin not allowed'));
    }
    const isPreflight = request.method === 'OPTIONS' && request.headers.has('access-control-request-method');
    const answer = isPreflight ? new Response(null, { status: 204 }) : await fetch(request, bindings);
    return withHeaders(answer, origin);
  };
}

function withHeaders(answer: Response, origin: string): Response {
  const { status, body } = answer;
  const headers = new Headers(answer.headers);
  headers.set('access-control-allow-origin', origin);
  headers.set('access-control-allow-credentials', 'true');
  headers.set('access-control-allow-methods', 'GET, POST');
  headers.set('access-control-allow-headers', 'authorization, content-type');
  headers.append('vary', 'origin');
  return new Response(body, { status, headers });
}
