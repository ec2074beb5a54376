import * as v from 'valibot';
import { jwksMaxAge } from '../../domain/keys/rotate-keys.ts';
import { openRoute } from '../route.ts';

/** `GET /.well-known/jwks.json`: the public keys (RFC 7517 §5). */
export const jwksRoute = openRoute(
  {
    method: 'GET',
    path: '/.well-known/jwks.json',
    subject: 'keys',
    summary: 'The public keys that our tokens are verified with, of every algorithm in use.',
    forgery: 'none',
    limits: ['none'],
    cors: 'any',
    answers: {
      200: {
        description: 'A JWK set.',
        schema: v.object({ keys: v.array(v.record(v.string(), v.string())) }),
      },
    },
    failures: [],
  },
  async ({ ports }) => ({
    status: 200,
    json: { keys: await ports.keys.published() },
    headers: { 'cache-control': `public, max-age=${jwksMaxAge}` },
  }),
);
