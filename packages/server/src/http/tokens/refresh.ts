import * as v from 'valibot';
import { fail } from '../../domain/failures.ts';
import { refresh } from '../../domain/tokens/refresh.ts';
import { cookieNames } from '../../domain/tokens/token-answer.ts';
import { requireSameOrigin } from '../origin.ts';
import { openRoute } from '../route.ts';
import { tokensSchema } from '../views.ts';

/** `POST /api/v1/tokens/refresh`: a new access token for a refresh token, from the body or from its cookie. */
export const refreshRoute = openRoute(
  {
    method: 'POST',
    path: '/api/v1/tokens/refresh',
    subject: 'tokens',
    summary: 'Refresh: the next refresh token and a new access token.',
    forgery: 'always',
    limits: ['none'],
    body: v.strictObject({
      refresh_token: v.optional(
        v.pipe(v.string('This must be text.'), v.maxLength(200, 'This may have at most 200 characters.')),
      ),
    }),
    bodyOptional: true,
    answers: {
      200: { description: 'The tokens; in cookies for the carrier jwt-cookie.', schema: tokensSchema },
    },
    failures: ['refresh_refused', 'credentials_missing', 'origin_refused'],
  },
  async ({ parts, ports, request, wire, body, network }) => {
    const inBody = body?.refresh_token;
    const token = inBody ?? wire.cookie(cookieNames.refresh);
    if (token === undefined) throw fail('credentials_missing', { detail: { check: 'no-refresh-token' } });
    // The cookie is sent by the browser itself: then we want to hear that our own page asks.
    if (inBody === undefined) requireSameOrigin(request, parts.site.origin);
    const { tokens, cookies } = (await refresh(ports, { token, network, inCookie: inBody === undefined }))
      .delivery;
    return { status: 200, json: tokens, cookies };
  },
);
