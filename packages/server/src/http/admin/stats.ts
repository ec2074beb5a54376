import * as v from 'valibot';
import { statistics } from '../../domain/admin/statistics.ts';
import { permittedRoute } from '../route.ts';

/** `GET /api/v1/admin/stats`. */
export const statsRoute = permittedRoute(
  {
    method: 'GET',
    path: '/api/v1/admin/stats',
    subject: 'administration',
    summary: 'How many accounts, sessions, events and rows there are.',
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    permission: 'doorward:stats:read',
    answers: {
      200: {
        description: 'The figures.',
        schema: v.object({
          accounts: v.object({ active: v.number(), disabled: v.number() }),
          sessions: v.number(),
          events: v.number(),
          rows: v.record(v.string(), v.number()),
        }),
      },
    },
    failures: [],
  },
  async ({ ports }) => ({ status: 200, json: await statistics(ports) }),
);
