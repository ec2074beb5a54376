import * as v from 'valibot';
import { resetFactors } from '../../domain/factors/reset-factors.ts';
import { permittedRoute } from '../route.ts';
import { accountId, governor } from './accounts.ts';

/** `DELETE /api/v1/admin/accounts/:id/factors`: for somebody who has lost them. */
export const resetFactorsRoute = permittedRoute(
  {
    method: 'DELETE',
    path: '/api/v1/admin/accounts/:id/factors',
    subject: 'administration',
    summary: 'Take all second factors and passkeys of an account away, and end its sessions.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:accounts:write',
    answers: {
      200: {
        description: 'What was taken away.',
        schema: v.object({ totp: v.boolean(), passkeys: v.number(), sessions: v.number() }),
      },
    },
    failures: ['not_found', 'privilege_exceeded'],
  },
  async (call) => {
    const json = await resetFactors(call.ports, governor(call), accountId(call.param));
    return { status: 200, json };
  },
);
