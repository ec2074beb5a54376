import * as v from 'valibot';
import { mayGovern } from '../../domain/accounts/govern.ts';
import { fail } from '../../domain/failures.ts';
import { endAllSessions } from '../../domain/sessions/end-session.ts';
import { permittedRoute } from '../route.ts';
import { sessionSchema, sessionView } from '../views.ts';
import { accountId, governor } from './accounts.ts';

const path = '/api/v1/admin/accounts/:id/sessions';

/** `GET /api/v1/admin/accounts/:id/sessions`. */
export const listAnySessionsRoute = permittedRoute(
  {
    method: 'GET',
    path,
    subject: 'administration',
    summary: "An account's open sessions, youngest first.",
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    permission: 'doorward:sessions:read',
    answers: {
      200: { description: 'The sessions.', schema: v.object({ sessions: v.array(sessionSchema) }) },
    },
    failures: ['not_found'],
  },
  async ({ ports, param }) => {
    const id = accountId(param);
    if (!(await ports.store.read.accounts.find(id))) throw fail('not_found');
    const sessions = await ports.store.read.sessions.listOpen(id);
    return { status: 200, json: { sessions: sessions.map(sessionView) } };
  },
);

/** `DELETE /api/v1/admin/accounts/:id/sessions`: sign somebody out everywhere. */
export const endAnySessionsRoute = permittedRoute(
  {
    method: 'DELETE',
    path,
    subject: 'administration',
    summary: 'End all sessions of an account.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:sessions:write',
    answers: { 200: { description: 'How many ended.', schema: v.object({ ended: v.number() }) } },
    failures: ['not_found', 'privilege_exceeded'],
  },
  async (call) => {
    const { ports, param, principal, network } = call;
    const id = accountId(param);
    const ending = { by: principal.accountId, reason: 'ended-by-administrator', network } as const;
    const ended = await ports.store.transact(async (tx) => {
      await mayGovern(tx, governor(call), id);
      return endAllSessions(ports, tx, { accountId: id, ending });
    });
    ports.tally.revoked();
    return { status: 200, json: { ended } };
  },
);
