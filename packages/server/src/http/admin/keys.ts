import * as v from 'valibot';
import { signingAlgorithms } from '../../domain/keys/key.ts';
import { rotateKeys } from '../../domain/keys/rotate-keys.ts';
import { withdrawKeys } from '../../domain/keys/withdraw-keys.ts';
import type { Ports } from '../../domain/ports.ts';
import { permittedRoute, type Reply } from '../route.ts';
import { time } from '../views.ts';

const path = '/api/v1/admin/keys';
const keysSchema = v.object({
  keys: v.array(
    v.object({
      kid: v.string(),
      algorithm: v.string(),
      state: v.picklist(['next', 'active', 'retired']),
      created_at: v.string(),
      active_at: v.nullable(v.string()),
      retired_at: v.nullable(v.string()),
    }),
  ),
});

/** `GET /api/v1/admin/keys`: signing keys, never their private halves. */
export const listKeysRoute = permittedRoute(
  {
    method: 'GET',
    path,
    subject: 'administration',
    summary: 'The signing keys and where they stand in their life.',
    forgery: 'none',
    limits: ['none'],
    permission: 'doorward:keys:read',
    answers: { 200: { description: 'The keys.', schema: keysSchema } },
    failures: [],
  },
  ({ ports }) => listed(ports),
);

/** `POST /api/v1/admin/keys/rotation`: make the next key of an algorithm active now. */
export const rotateKeysRoute = permittedRoute(
  {
    method: 'POST',
    path: `${path}/rotation`,
    subject: 'administration',
    summary:
      'Make the next key of an algorithm active now; unless named, of the one for access tokens. With `force`, even before guards have surely seen it. With `stolen`, all keys of the algorithm are withdrawn, and all JWTs that they have signed, for a new one.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:keys:write',
    body: v.strictObject({
      algorithm: v.optional(
        v.picklist(signingAlgorithms, `This must be one of ${signingAlgorithms.join(', ')}.`),
      ),
      force: v.optional(v.boolean('This must be true or false.'), false),
      stolen: v.optional(v.boolean('This must be true or false.'), false),
    }),
    answers: { 200: { description: 'The keys as they are now.', schema: keysSchema } },
    failures: ['key_not_ready'],
  },
  async ({ ports, principal, body: { stolen, ...body }, network }) => {
    const life = { store: ports.store, vault: ports.vault, settings: ports.settings, now: ports.clock.now() };
    const by = { actor: principal.accountId, network, ...body };
    await (stolen ? withdrawKeys(life, by) : rotateKeys(life, by));
    ports.tally.revoked();
    await ports.keys.reload();
    return listed(ports);
  },
);

async function listed({ store }: Ports): Promise<Reply> {
  const keys = await store.read.signingKeys.list();
  const view = keys.map(({ kid, algorithm, state, createdAt, activeAt, retiredAt }) => ({
    kid,
    algorithm,
    state,
    created_at: time(createdAt),
    active_at: time(activeAt),
    retired_at: time(retiredAt),
  }));
  return { status: 200, json: { keys: view } };
}
