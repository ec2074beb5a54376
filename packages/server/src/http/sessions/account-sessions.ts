import * as v from 'valibot';
import { isUuid } from '../../base/uuid.ts';
import { fail } from '../../domain/failures.ts';
import { endOtherSessions, endOwnSession } from '../../domain/sessions/end-session.ts';
import { sessionFault } from '../../domain/sessions/session.ts';
import { sessionRoute } from '../route.ts';
import { done, listedSessionSchema, sessionView } from '../views.ts';

/** `GET /api/v1/account/sessions`: the list of devices. */
export const listSessionsRoute = sessionRoute(
  {
    method: 'GET',
    path: '/api/v1/account/sessions',
    subject: 'sessions',
    summary: 'Where you are signed in, youngest first.',
    forgery: 'none',
    limits: ['none'],
    answers: {
      200: { description: 'The sessions.', schema: v.object({ sessions: v.array(listedSessionSchema) }) },
    },
    failures: [],
  },
  async ({ ports, session }) => {
    const now = ports.clock.now();
    const open = await ports.store.read.sessions.listOpen(session.accountId);
    const live = open.filter(
      (one) => !sessionFault({ ...one, accountStatus: 'active' }, ports.settings, now),
    );
    const sessions = live.map((one) => ({ ...sessionView(one), current: one.id === session.id }));
    return { status: 200, json: { sessions } };
  },
);

/** `DELETE /api/v1/account/sessions`: end all others. */
export const endOtherSessionsRoute = sessionRoute(
  {
    method: 'DELETE',
    path: '/api/v1/account/sessions',
    subject: 'sessions',
    summary: 'End all your other sessions.',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 200: { description: 'How many ended.', schema: v.object({ ended: v.number() }) } },
    failures: [],
  },
  async ({ ports, session: { id: except, accountId }, network }) => {
    const ending = { by: accountId, reason: 'ended-by-owner', network } as const;
    return { status: 200, json: { ended: await endOtherSessions(ports, { accountId, except, ending }) } };
  },
);

/** `DELETE /api/v1/account/sessions/:id`: end one. */
export const endSessionRoute = sessionRoute(
  {
    method: 'DELETE',
    path: '/api/v1/account/sessions/:id',
    subject: 'sessions',
    summary: 'End one of your sessions.',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 204: { description: 'It has ended.' } },
    failures: ['not_found'],
  },
  async ({ ports, session: { accountId }, param, network }) => {
    const sessionId = param('id');
    if (!isUuid(sessionId)) throw fail('not_found');
    const ending = { by: accountId, reason: 'ended-by-owner', network } as const;
    await endOwnSession(ports, { accountId, sessionId, ending });
    return done;
  },
);
