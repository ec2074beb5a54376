import * as v from 'valibot';
import { isUuid } from '../../base/uuid.ts';
import { requireStrongProof } from '../../domain/factors/factor-owner.ts';
import { fail } from '../../domain/failures.ts';
import { createApiKey, endApiKey } from '../../domain/tokens/api-keys.ts';
import { givenName } from '../input.ts';
import { sessionRoute } from '../route.ts';
import { apiKeySchema, apiKeyView, done } from '../views.ts';

const path = '/api/v1/account/api-keys';
const day = 86_400;

/** A scope, or a permission used as one: words with colons, dots and dashes. */
const scope = v.pipe(
  v.string('This must be text.'),
  v.regex(/^[a-z][a-z0-9:._-]{0,63}$/, 'This is not a scope such as reports:read.'),
);

/** What a key is called. */
export const apiKeyName = givenName;

/** What a key may do. */
export const apiKeyScopes = v.pipe(
  v.array(scope, 'This must be a list.'),
  v.minLength(1, 'Name at least one scope.'),
  v.maxLength(50, 'Name at most 50 scopes.'),
);

/** `GET /api/v1/account/api-keys`. */
export const listApiKeysRoute = sessionRoute(
  {
    method: 'GET',
    path,
    subject: 'tokens',
    summary: 'Your API keys, youngest first; never the keys themselves.',
    forgery: 'none',
    limits: ['none'],
    answers: { 200: { description: 'The keys.', schema: v.object({ api_keys: v.array(apiKeySchema) }) } },
    failures: [],
  },
  async ({ ports, principal }) => {
    const keys = await ports.store.read.apiKeys.list(principal.accountId);
    return { status: 200, json: { api_keys: keys.map(apiKeyView) } };
  },
);

/** `POST /api/v1/account/api-keys`: make a key and see it this once. */
export const createApiKeyRoute = sessionRoute(
  {
    method: 'POST',
    path,
    subject: 'tokens',
    summary: 'Make an API key. It is shown this once.',
    forgery: 'carrier',
    limits: ['none'],
    body: v.strictObject({
      name: apiKeyName,
      scopes: apiKeyScopes,
      expires_in: v.optional(
        v.pipe(
          v.number('This must be a number.'),
          v.safeInteger('This must be a whole number of seconds.'),
          v.minValue(60, 'A key lives for at least 60 seconds.'),
          v.maxValue(730 * day, 'A key lives for at most 730 days.'),
        ),
        90 * day,
      ),
    }),
    answers: {
      201: { description: 'The key.', schema: v.object({ ...apiKeySchema.entries, api_key: v.string() }) },
    },
    failures: ['proof_too_old', 'proof_too_weak'],
  },
  async ({ ports, principal: { accountId }, session, body, network }) => {
    // A key outlives the session that makes it, and is asked for no factor.
    await requireStrongProof(ports, session);
    const { name, scopes, expires_in: expiresIn } = body;
    const { key, text } = await createApiKey(ports, { accountId, name, scopes, expiresIn, network });
    return { status: 201, json: { ...apiKeyView(key), api_key: text } };
  },
);

/** `DELETE /api/v1/account/api-keys/:id`. */
export const endApiKeyRoute = sessionRoute(
  {
    method: 'DELETE',
    path: `${path}/:id`,
    subject: 'tokens',
    summary: 'End an API key.',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 204: { description: 'It is refused from now on.' } },
    failures: ['not_found'],
  },
  async ({ ports, principal: { accountId }, param, network }) => {
    const keyId = param('id');
    if (!isUuid(keyId)) throw fail('not_found');
    await endApiKey(ports, { accountId, keyId, network });
    return done;
  },
);
