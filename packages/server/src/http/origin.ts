/**
 * Keeping forged requests out: a browser says where a request comes from, and for credentials that it sends by itself
 * we want to hear that it comes from our own pages.
 */
import { fail } from '../domain/failures.ts';

/**
 * Throws `origin_refused` unless the request comes from our own origin: by `Sec-Fetch-Site` (Fetch Metadata), else by
 * `Origin` (RFC 6454). With neither header nobody can tell, and an ambient credential is refused.
 */
export function requireSameOrigin(request: Request, origin: string): void {
  const site = request.headers.get('sec-fetch-site');
  const from = request.headers.get('origin');
  if (site === null ? from === origin : site === 'same-origin') return;
  throw fail('origin_refused', {
    detail: { check: 'origin', origin: from ?? undefined, sec_fetch_site: site ?? undefined },
  });
}

/** Throws `origin_refused` when a browser says that another site is asking; programs say nothing and pass. */
export function refuseOtherOrigin(request: Request, origin: string): void {
  if (request.headers.has('sec-fetch-site') || request.headers.has('origin'))
    requireSameOrigin(request, origin);
}
