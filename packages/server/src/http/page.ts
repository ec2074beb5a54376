/**
 * Pages as replies: their headers, and who is answered with one.
 */
import * as v from 'valibot';
import type { DomainFailure, FailureCode } from '../domain/failures.ts';
import type { ShownFailure } from '../pages/failure.ts';
import type { Frame, Page } from '../pages/layout.ts';
import { proofBefore } from '../pages/words/account-centre.ts';
import { prefersHtml } from '../protocol/media-type.ts';
import { signInBefore } from './authorize/sign-in-before.ts';
import { nextPath } from './input.ts';
import { pathAndQuery } from './language.ts';
import type { Call, DrawnPage, Reply, Route } from './route.ts';

/** What a page may load: our own files, and nothing inline; no script of it makes HTML, code or addresses of text. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/**
 * The policy of a page whose form leads on to an address: browsers hold `form-action` against every redirect that follows
 * (CSP Level 3 §6.4.1).
 */
export function policyLeadingTo(address: string | undefined): string {
  const { origin = opaque, protocol = '' } = (address === undefined ? undefined : URL.parse(address)) ?? {};
  return pagePolicy.replace("form-action 'self'", `$& ${origin === opaque ? protocol : origin}`.trimEnd());
}

/** What URL answers for schemes without an origin. */
const opaque = 'null';

/**
 * What a page may load whose form ends at the address of a client. Where forms lead is not limited there: browsers hold
 * `form-action` against every redirect that follows, also those that the client itself answers with.
 */
export const leadingAway = {
  'content-security-policy': pagePolicy.replace("form-action 'self'; ", ''),
} as const;

/** What every page carries beside the headers of every reply. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': pagePolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // RFC 9110 §12.5.5: the failures of these rows follow Accept; the language follows the others.
  vary: 'accept, accept-language, cookie',
  'x-frame-options': 'DENY',
} as const;

/** The reply of a page; `headers` come on top. */
export const pageReply = async (page: Page, headers: Reply['headers'] = {}): Promise<Reply> => ({
  status: 200,
  content: String(await page.html),
  headers: { ...pageHeaders, 'content-language': page.language, ...headers },
});

/** What is known of a request before its row has answered. */
interface Asked {
  readonly request: Request;
  readonly route: Route | undefined;
  readonly allow?: string | undefined;
}

/** Whether a failure is told as a page: on rows of pages and where there is nothing, to whoever prefers HTML. */
export const wantsPage = ({ request, route, allow }: Asked): boolean =>
  (route ? route.page === true : allow === undefined) && prefersHtml(request.headers.get('accept'));

/** The failures that signing in mends. */
const mendedBySignIn: ReadonlySet<FailureCode> = new Set(['credentials_missing', 'credentials_invalid']);

/** The failures of a session that proving it again mends. */
const mendedByProof: ReadonlySet<FailureCode> = new Set(['proof_too_old', 'proof_too_weak']);

/**
 * Where a person is led who must sign in before a page opens or a form is taken, or prove once more that it is they: to the page
 * for that, and from there to the page. Undefined where neither helps.
 */
export function wayToSignIn(
  { request, route }: Pick<Asked, 'request' | 'route'>,
  { code }: DomainFailure,
): string | undefined {
  if (!route || route.access.who === 'anyone') return undefined;
  if (mendedByProof.has(code)) return proofBefore(route.formOf ?? route.path);
  if (!mendedBySignIn.has(code)) return undefined;
  const own = request.method === 'POST' ? route.formOf : pathAndQuery(request.url);
  return signInBefore(v.is(nextPath, own) ? own : route.path);
}

/** Whom a failure is told: nobody's call was admitted where it is undefined. */
interface Refused {
  readonly route: Route | undefined;
  readonly call: Call | undefined;
  readonly frame: Frame;
}

/** The page of a failure: the row's own form again, where it has one and was given a body, else a page about it. */
export async function drawFailure(
  { route, call, frame }: Refused,
  failure: ShownFailure,
): Promise<DrawnPage> {
  if (route?.redraw && call) return route.redraw(call, failure);
  const { failurePage } = await import('../pages/failure.ts');
  return failurePage(frame, failure);
}
