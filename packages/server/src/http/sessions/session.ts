import { endOwnSession } from '../../domain/sessions/end-session.ts';
import { signingOff } from '../reply.ts';
import { sessionRoute } from '../route.ts';
import { principalSchema, principalView } from '../views.ts';

const path = '/api/v1/session';

/** `GET /api/v1/session`: who is signed in here. */
export const readSessionRoute = sessionRoute(
  {
    method: 'GET',
    path,
    subject: 'sessions',
    summary: 'This session and its account.',
    forgery: 'none',
    limits: ['none'],
    answers: { 200: { description: 'The session.', schema: principalSchema } },
    failures: [],
  },
  ({ principal, session }) => ({ status: 200, json: principalView(principal, session) }),
);

/** `DELETE /api/v1/session`: sign out. */
export const signOutRoute = sessionRoute(
  {
    method: 'DELETE',
    path,
    subject: 'sessions',
    summary: 'Sign out: this session ends with all its carriers.',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 204: { description: 'Signed out.' } },
    failures: [],
  },
  async ({ ports, principal: { accountId, carrier }, session, network }) => {
    const ending = { by: accountId, reason: 'sign-out', network } as const;
    await endOwnSession(ports, { accountId, sessionId: session.id, ending });
    return { status: 204, ...signingOff(carrier.cookies ?? []) };
  },
);
