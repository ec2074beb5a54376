import * as v from 'valibot';
import { revokeToken } from '../../domain/tokens/revoke.ts';
import { openRoute } from '../route.ts';
import { done } from '../views.ts';

/** `POST /api/v1/tokens/revoke`: sign out by holding a token (RFC 7009). */
export const revokeRoute = openRoute(
  {
    method: 'POST',
    path: '/api/v1/tokens/revoke',
    subject: 'tokens',
    summary: 'End the session of a token, or an API key, by holding it. Says the same of unknown tokens.',
    forgery: 'always',
    limits: ['none'],
    body: v.strictObject({
      token: v.pipe(
        v.string('This must be text.'),
        v.maxLength(4096, 'This may have at most 4096 characters.'),
      ),
    }),
    answers: { 204: { description: 'Nothing of it is accepted any more.' } },
    failures: [],
  },
  async ({ ports, body, network }) => {
    await revokeToken(ports, { token: body.token, network });
    return done;
  },
);
