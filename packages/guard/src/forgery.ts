/**
 * Keeping forged requests out (CSRF). What a browser sends by itself, another site can make it send; so a change needs
 * the browser's word on where the request comes from. The rule follows the credential that was used, not the route.
 */
import type { Credential } from './credential.ts';
import { type Refusal, refuse } from './failure.ts';
import type { GuardRequest } from './request.ts';

/** RFC 9110 §9.2.1: methods that change nothing. */
const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses, with `origin_refused`, a change that a cookie or Basic would permit, unless it comes from the API's own pages
 * (`Sec-Fetch-Site`, Fetch Metadata) or from one of `origins` (`Origin`, RFC 6454 §7). Browsers let no page write either.
 */
export function forgeryRefusal(
  { carrier, cookie }: Credential,
  request: GuardRequest,
  origins: ReadonlySet<string>,
): Refusal | undefined {
  if (cookie === undefined && carrier !== 'basic') return undefined;
  if (safe.has(request.method)) return undefined;
  const site = request.header('sec-fetch-site');
  if (site === 'same-origin') return undefined;
  const origin = request.header('origin');
  if (origin !== undefined && origins.has(origin)) return undefined;
  return refuse('origin_refused', 'origin', { detail: { origin, sec_fetch_site: site } });
}
