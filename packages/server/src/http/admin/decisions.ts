import * as v from 'valibot';
import { openDecision } from '../../domain/admin/decision.ts';
import { fail } from '../../domain/failures.ts';
import { permittedRoute } from '../route.ts';

/** `GET /api/v1/admin/decisions/:id`: why somebody was refused. */
export const decisionRoute = permittedRoute(
  {
    method: 'GET',
    path: '/api/v1/admin/decisions/:id',
    subject: 'administration',
    summary: 'Why was I denied? Opens the decision id of a 401, 403 or 429.',
    forgery: 'none',
    limits: ['none'],
    permission: 'doorward:decisions:read',
    answers: {
      200: {
        description: 'The check that failed, with links to session and account.',
        schema: v.object({
          at: v.string(),
          code: v.string(),
          method: v.string(),
          path: v.string(),
          network: v.string(),
          request_id: v.string(),
          detail: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
          links: v.record(v.string(), v.string()),
        }),
      },
    },
    failures: ['not_found'],
  },
  ({ ports, param }) => {
    const decision = openDecision(ports.vault, param('id'));
    if (!decision) throw fail('not_found');
    const { requestId, ...rest } = decision;
    const { account } = decision.detail;
    const home = `/api/v1/admin/accounts/${String(account)}`;
    const links =
      account === undefined
        ? {}
        : {
            account: home,
            sessions: `${home}/sessions`,
            events: `/api/v1/admin/events?account=${String(account)}`,
          };
    return { status: 200, json: { ...rest, request_id: requestId, links } };
  },
);
