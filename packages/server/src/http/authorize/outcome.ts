/**
 * What came of an authorization request, as a reply: a page of ours, or back to the client.
 */
import * as v from 'valibot';
import type { Outcome } from '../../domain/authorize/authorize.ts';
import type { Page } from '../../domain/authorize/step.ts';
import { type AuthorizationAnswer, withFields } from '../../protocol/oauth/authorization-response.ts';
import { type Framed, frameOf, wishCookies } from '../language.ts';
import { pageReply } from '../page.ts';
import type { Reply } from '../route.ts';
import { browserCookie } from './browser.ts';

/** Where the pages are that a request may wait for. */
const paths: Readonly<Record<Page, string>> = {
  'sign-in': '/sign-in',
  selection: '/sign-in',
  consent: '/consent',
};

/** The handle of a request that waits, as it stands in forms and addresses. */
export const waitingHandle = v.pipe(
  v.string('This must be text.'),
  v.maxLength(200, 'This may have at most 200 characters.'),
);

/** Where a request goes on that waited. */
export const resumePath = '/oauth/resume';

/** A path of ours for a request that waits. */
export const withAuthorization = (path: string, handle: string): string =>
  withFields(path, [['authorization', handle]]);

/** The reply to an outcome, at the browser with that secret. 303: what was posted is not posted on (RFC 9700 §4.12). */
export async function outcomeReply(call: Framed, outcome: Outcome, browser: string): Promise<Reply> {
  if (outcome.kind === 'answer') return answerReply(call, outcome.answer);
  const location = withAuthorization(paths[outcome.page], outcome.handle);
  const cookies = [browserCookie(browser), ...wishCookies(call.wire, outcome.uiLocales)];
  return { status: 303, headers: { location }, cookies };
}

/** Tells the client at its own address: in the query, or by a form that the browser posts. */
export async function answerReply(
  call: Framed,
  { redirectUri, responseMode, fields }: AuthorizationAnswer,
): Promise<Reply> {
  const cookies = wishCookies(call.wire, []);
  if (responseMode === 'query')
    return { status: 303, headers: { location: withFields(redirectUri, fields) }, cookies };
  const { formPostPage, formPostPolicy } = await import('../../pages/authorize/form-post.ts');
  // Coming back here would ask for another answer: no other language is offered.
  const frame = { ...frameOf(call), here: undefined };
  const page = formPostPage({ frame, action: redirectUri, fields });
  return { ...(await pageReply(page, { 'content-security-policy': formPostPolicy })), cookies };
}
