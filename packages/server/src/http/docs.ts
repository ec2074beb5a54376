/**
 * What the server says about itself: the OpenAPI document, its reference in the browser, and the registry of failures.
 */
import { heldSessions } from '../domain/sessions/authenticate.ts';
import { centrePaths } from '../pages/words/account-centre.ts';
import { matchesTag, strongTag } from '../protocol/etag.ts';
import { signInBefore } from './authorize/sign-in-before.ts';
import { pageReply } from './page.ts';
import { openRoute } from './route.ts';

/** Facts that these rows share. */
const facts = {
  method: 'GET',
  subject: 'documentation',
  forgery: 'none',
  limits: ['none'],
  failures: [],
} as const;

/** `GET /`: leads whoever is signed in to their account, and everybody else to the sign-in page. */
export const homeRoute = openRoute(
  {
    ...facts,
    path: '/',
    summary: 'Leads to your account, or to the sign-in page.',
    page: true,
    answers: { 303: { description: 'See /account or /sign-in.' } },
  },
  async ({ ports, wire, parts }) => {
    const [held] = await heldSessions(ports, wire, parts.carriers);
    const location = held ? centrePaths.overview : signInBefore(centrePaths.overview);
    return { status: 303, headers: { location, vary: 'cookie' } };
  },
);

/**
 * What the reference may do: draw with its script and ours, and call this server. Icons in its stylesheet are data:
 * addresses. HTML from text passes the two policies that are named, or nothing.
 */
const referencePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default dompurify";

/** `GET /docs`: the API reference. */
export const docsRoute = openRoute(
  {
    ...facts,
    path: '/docs',
    summary: 'The API reference as a page.',
    page: true,
    answers: { 200: { description: 'The page.', mediaType: 'text/html' } },
  },
  async ({ parts }) => {
    // Pages are loaded when somebody opens them: most processes serve programs.
    const { docsNames, docsPage } = await import('../pages/docs/docs.ts');
    const [style, script] = await Promise.all([parts.asset(docsNames.style), parts.asset(docsNames.script)]);
    return pageReply(docsPage(style && script && { style, script }), {
      'content-security-policy': referencePolicy,
      'cache-control': 'no-cache',
    });
  },
);

/** `GET /docs/failures`: where the `type` of every problem document leads. */
export const failuresRoute = openRoute(
  {
    ...facts,
    path: '/docs/failures',
    summary: 'Every failure of this server, by code, as a page.',
    page: true,
    answers: { 200: { description: 'The page.', mediaType: 'text/html' } },
  },
  async () => {
    const { failuresPage } = await import('../pages/failures.ts');
    return pageReply(failuresPage(), { 'cache-control': 'no-cache' });
  },
);

/** `GET /openapi.json`: the document that is made from the route table. */
export const openApiRoute = openRoute(
  {
    ...facts,
    path: '/openapi.json',
    summary: 'The OpenAPI 3.1 document of this server.',
    answers: {
      200: { description: 'The document.', mediaType: 'application/json' },
      304: { description: 'It is as it was under that ETag.' },
    },
  },
  async ({ parts, request }) => {
    const content = await parts.openApi();
    const tag = strongTag(content);
    const headers = { etag: tag, 'cache-control': 'no-cache' };
    if (matchesTag(request.headers.get('if-none-match'), tag)) return { status: 304, headers };
    return {
      status: 200,
      content,
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    };
  },
);
