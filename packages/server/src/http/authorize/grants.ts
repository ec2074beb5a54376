import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { isUuid } from '../../base/uuid.ts';
import { listGrants, withdrawGrant } from '../../domain/authorize/grants.ts';
import { fail } from '../../domain/failures.ts';
import { sessionRoute } from '../route.ts';
import { done } from '../views.ts';

const path = '/api/v1/account/grants';

const when = v.pipe(v.string(), v.isoTimestamp());

const grantSchema = v.object({
  client_id: v.pipe(v.string(), v.uuid()),
  client_name: v.string(),
  scopes: v.array(v.string()),
  resources: v.array(v.string()),
  created_at: when,
  updated_at: when,
});

/** `GET /api/v1/account/grants`: what an account has allowed. */
export const listGrantsRoute = sessionRoute(
  {
    method: 'GET',
    path,
    subject: 'oauth',
    summary: 'What you have allowed other applications.',
    forgery: 'none',
    limits: ['none'],
    answers: { 200: { description: 'By client.', schema: v.object({ grants: v.array(grantSchema) }) } },
    failures: [],
  },
  async ({ ports, session }) => {
    const grants = await listGrants(ports, session.accountId);
    const shown = grants.map(({ client, scopes, resources, createdAt, updatedAt }) => ({
      client_id: client.id,
      client_name: client.name,
      scopes: [...scopes],
      resources: [...resources],
      created_at: isoTime(createdAt),
      updated_at: isoTime(updatedAt),
    }));
    return { status: 200, json: { grants: shown } };
  },
);

/** `DELETE /api/v1/account/grants/:client`: withdraw. */
export const withdrawGrantRoute = sessionRoute(
  {
    method: 'DELETE',
    path: `${path}/:client`,
    subject: 'oauth',
    summary: 'Withdraw what you have allowed an application: it loses its tokens and has to ask again.',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 204: { description: 'It is withdrawn.' } },
    failures: ['not_found'],
  },
  async ({ ports, session: { accountId, id: sessionId }, param, network }) => {
    const clientId = param('client');
    if (!isUuid(clientId)) throw fail('not_found');
    await withdrawGrant(ports, { accountId, sessionId, clientId, network });
    return done;
  },
);
