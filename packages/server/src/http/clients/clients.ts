import * as v from 'valibot';
import { isUuid } from '../../base/uuid.ts';
import { changedDraft } from '../../domain/clients/client-draft.ts';
import { longestOverlap, rotateSecret } from '../../domain/clients/client-secrets.ts';
import {
  changeClient,
  createClient,
  deleteClient,
  type GivenClient,
} from '../../domain/clients/govern-clients.ts';
import { fail } from '../../domain/failures.ts';
import { governor } from '../admin/accounts.ts';
import { givenName, uuid, wholeNumber } from '../input.ts';
import { permittedRoute } from '../route.ts';
import { done } from '../views.ts';
import { clientFields, saidOfClient } from './client-input.ts';
import {
  clientSchema,
  clientSecretSchema,
  clientSecretView,
  clientView,
  issuedSecretSchema,
  issuedSecretView,
} from './client-view.ts';

const path = '/api/v1/admin/clients';

/** The client id of a path. Throws `not_found` for what is no id. */
function clientId(param: (name: string) => string): string {
  const id = param('id');
  if (!isUuid(id)) throw fail('not_found');
  return id;
}

const givenSchema = v.object({ ...clientSchema.entries, ...v.partial(issuedSecretSchema).entries });

const givenView = ({ client, secret }: GivenClient): v.InferOutput<typeof givenSchema> => ({
  ...clientView(client),
  ...(secret ? issuedSecretView(secret) : {}),
});

/** `GET /api/v1/admin/clients`. */
export const listClientsRoute = permittedRoute(
  {
    method: 'GET',
    path,
    subject: 'administration',
    summary: 'Clients in order of birth.',
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    permission: 'doorward:clients:read',
    query: v.strictObject({
      after: v.optional(uuid),
      limit: v.optional(wholeNumber(1, 200), '50'),
    }),
    answers: {
      200: {
        description: 'A page; `next` goes into `after` for the one that follows.',
        schema: v.object({ clients: v.array(clientSchema), next: v.nullable(v.string()) }),
      },
    },
    failures: [],
  },
  async ({ ports, query }) => {
    const clients = await ports.store.read.clients.list(query);
    const next = clients.length === query.limit ? (clients.at(-1)?.id ?? null) : null;
    return { status: 200, json: { clients: clients.map(clientView), next } };
  },
);

/** `POST /api/v1/admin/clients`. */
export const createClientRoute = permittedRoute(
  {
    method: 'POST',
    path,
    subject: 'administration',
    summary: 'Make a client. Nobody gives one scopes that they do not have as permissions.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:clients:write',
    body: v.strictObject({ name: givenName, ...clientFields }),
    answers: {
      201: { description: 'The client, and its secret if it has one: this once.', schema: givenSchema },
    },
    failures: ['privilege_exceeded'],
  },
  async (call) => {
    const draft = changedDraft({}, saidOfClient(call.body));
    return { status: 201, json: givenView(await createClient(call.ports, governor(call), draft)) };
  },
);

/** `GET /api/v1/admin/clients/:id`. */
export const readClientRoute = permittedRoute(
  {
    method: 'GET',
    path: `${path}/:id`,
    subject: 'administration',
    summary: 'One client, and since when it has which secrets.',
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    permission: 'doorward:clients:read',
    answers: {
      200: {
        description: 'The client.',
        schema: v.object({ ...clientSchema.entries, secrets: v.array(clientSecretSchema) }),
      },
    },
    failures: ['not_found'],
  },
  async ({ ports, param }) => {
    const { clients, clientSecrets } = ports.store.read;
    const client = await clients.find(clientId(param));
    if (!client) throw fail('not_found');
    const secrets = (await clientSecrets.list(client.id)).map(clientSecretView);
    return { status: 200, json: { ...clientView(client), secrets } };
  },
);

/** `PATCH /api/v1/admin/clients/:id`: change, disable, enable. */
export const changeClientRoute = permittedRoute(
  {
    method: 'PATCH',
    path: `${path}/:id`,
    subject: 'administration',
    summary: 'Change a client, or disable it: then it gets and opens nothing.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:clients:write',
    body: v.strictObject({
      name: v.optional(givenName),
      status: v.optional(v.picklist(['active', 'disabled'], 'This is no status.')),
      ...clientFields,
    }),
    answers: {
      200: {
        description: 'The client as it is now, with a secret if it needs one now.',
        schema: givenSchema,
      },
    },
    failures: ['not_found', 'privilege_exceeded'],
  },
  async (call) => {
    const change = { ...saidOfClient(call.body), status: call.body.status };
    const given = await changeClient(call.ports, governor(call), { clientId: clientId(call.param), change });
    return { status: 200, json: givenView(given) };
  },
);

/** `DELETE /api/v1/admin/clients/:id`. */
export const deleteClientRoute = permittedRoute(
  {
    method: 'DELETE',
    path: `${path}/:id`,
    subject: 'administration',
    summary: 'Delete a client with its secrets, the consents it was given and all its tokens.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:clients:write',
    answers: { 204: { description: 'It is gone.' } },
    failures: ['not_found', 'privilege_exceeded'],
  },
  async (call) => {
    await deleteClient(call.ports, governor(call), clientId(call.param));
    return done;
  },
);

/** `POST /api/v1/admin/clients/:id/secrets`: a new secret beside the one before. */
export const rotateSecretRoute = permittedRoute(
  {
    method: 'POST',
    path: `${path}/:id/secrets`,
    subject: 'administration',
    summary:
      'Give a client a new secret; the one before works for `overlap` seconds more, a day unless told.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:clients:write',
    body: v.strictObject({
      overlap: v.optional(
        v.pipe(
          v.number('This must be a number.'),
          v.integer('This must be a whole number.'),
          v.minValue(0, 'This must not be negative.'),
          v.maxValue(longestOverlap, `This must be at most ${longestOverlap} seconds.`),
        ),
      ),
    }),
    bodyOptional: true,
    answers: { 201: { description: 'The secret, this once.', schema: issuedSecretSchema } },
    failures: ['not_found', 'privilege_exceeded'],
  },
  async (call) => {
    const rotation = { clientId: clientId(call.param), overlap: call.body?.overlap };
    const secret = await rotateSecret(call.ports, governor(call), rotation);
    return { status: 201, json: issuedSecretView(secret) };
  },
);
