import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { isUuid } from '../../base/uuid.ts';
import { forgetDevice } from '../../domain/factors/remembered-device.ts';
import { fail } from '../../domain/failures.ts';
import { sessionRoute } from '../route.ts';
import { done } from '../views.ts';

const path = '/api/v1/account/devices';

/** `GET /api/v1/account/devices`: browsers that stand for the second factor. */
export const listDevicesRoute = sessionRoute(
  {
    method: 'GET',
    path,
    subject: 'factors',
    summary: 'The browsers that are remembered in place of your second factor, youngest first.',
    forgery: 'none',
    limits: ['none'],
    answers: {
      200: {
        description: 'The browsers.',
        schema: v.object({
          devices: v.array(
            v.object({
              id: v.pipe(v.string(), v.uuid()),
              network: v.string(),
              client_name: v.string(),
              created_at: v.string(),
              last_used_at: v.string(),
              expires_at: v.string(),
            }),
          ),
        }),
      },
    },
    failures: [],
  },
  async ({ ports, session }) => {
    const now = ports.clock.now();
    const all = await ports.store.read.rememberedDevices.list(session.accountId);
    const devices = all
      .filter(({ expiresAt }) => expiresAt > now)
      .map(({ id, network, clientName, createdAt, usedAt, expiresAt }) => ({
        id,
        network,
        client_name: clientName,
        created_at: isoTime(createdAt),
        last_used_at: isoTime(usedAt),
        expires_at: isoTime(expiresAt),
      }));
    return { status: 200, json: { devices } };
  },
);

/** `DELETE /api/v1/account/devices/:id`: forget one. */
export const forgetDeviceRoute = sessionRoute(
  {
    method: 'DELETE',
    path: `${path}/:id`,
    subject: 'factors',
    summary: 'Forget a browser: the second factor is asked for there again.',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 204: { description: 'It is forgotten.' } },
    failures: ['not_found'],
  },
  async ({ ports, session: { accountId }, param, network }) => {
    const id = param('id');
    if (!isUuid(id)) throw fail('not_found');
    await forgetDevice(ports, { id, accountId, network });
    return done;
  },
);
