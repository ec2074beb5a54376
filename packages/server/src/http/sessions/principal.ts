import { accountRoute, anyScope } from '../route.ts';
import { callerSchema, callerView } from '../views.ts';

/**
 * `GET /api/v1/principal`: who is calling, by whatever carrier. APIs ask it about the credentials that they are shown;
 * an API key proves itself here whatever its scopes.
 */
export const principalRoute = accountRoute(
  {
    method: 'GET',
    path: '/api/v1/principal',
    subject: 'sessions',
    summary: 'Who is calling, by any carrier: for APIs that ask about a credential.',
    forgery: 'none',
    limits: ['account', 'network', 'hashing'],
    scope: anyScope,
    basic: true,
    answers: { 200: { description: 'The principal.', schema: callerSchema } },
    failures: ['sign_in_refused', 'attempts_exhausted', 'hashing_busy'],
  },
  ({ principal }) => ({ status: 200, json: callerView(principal) }),
);
