import * as v from 'valibot';
import type { GivenClient } from '../../domain/clients/govern-clients.ts';
import {
  endRegistration,
  type ManagementClaim,
  readRegistration,
  replaceRegistration,
} from '../../domain/clients/manage-registration.ts';
import { register } from '../../domain/clients/register.ts';
import type { Ports } from '../../domain/ports.ts';
import { clientInformation } from '../../protocol/oauth/client-information.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import { parsePresentedToken } from '../../protocol/oauth/presented-token.ts';
import { parseKeySet } from '../../protocol/oauth/public-key.ts';
import { endpointPaths } from '../oauth/endpoint-paths.ts';
import { refuseAtRegistration } from '../oauth/oauth-failure.ts';
import { type Call, openRoute, type Reply } from '../route.ts';
import { done } from '../views.ts';

const path = endpointPaths.registration;

/** RFC 7591 §2: members that are not known are ignored, and those that are known have faults with names of their own. */
const metadataSchema = v.pipe(v.looseObject({}), v.description('Client metadata (RFC 7591 §2).'));
const informationSchema = v.looseObject({ client_id: v.string(), registration_client_uri: v.string() });

const facts = {
  subject: 'oauth',
  limits: ['none'],
  refuse: refuseAtRegistration,
} as const;

/** `POST /oauth/register`: a program becomes a client (RFC 7591 §3). */
export const registerRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    path,
    summary: 'Register a client; off unless the setting `registration` says who may.',
    forgery: 'explicit',
    limits: ['network'],
    body: metadataSchema,
    answers: {
      201: { description: 'What is known of the client, with its secrets.', schema: informationSchema },
    },
    failures: ['not_found', 'credentials_missing', 'attempts_exhausted'],
  },
  async ({ ports, request, body, network }) => {
    const registration = { token: bearer(request), members: membersOf(body), network };
    const { management, ...given } = await register(ports, registration);
    return { status: 201, json: information(ports, given, management) };
  },
);

/** `GET /oauth/register/:id`: a client looks itself up (RFC 7592 §2.1). */
export const readRegistrationRoute = openRoute(
  {
    ...facts,
    method: 'GET',
    path: `${path}/:id`,
    summary: 'What is known of a client that registered itself, for itself.',
    forgery: 'none',
    answers: { 200: { description: 'What is known of the client.', schema: informationSchema } },
    failures: ['not_found', 'credentials_missing'],
  },
  async (call) => {
    const claim = claimOf(call);
    const client = await readRegistration(call.ports, claim);
    return { status: 200, json: information(call.ports, { client, secret: undefined }, claim.token) };
  },
);

/** `PUT /oauth/register/:id`: a client says anew what it is (RFC 7592 §2.2). */
export const replaceRegistrationRoute = openRoute(
  {
    ...facts,
    method: 'PUT',
    path: `${path}/:id`,
    summary: 'Replace all that a client has said of itself; members that are left out get their defaults.',
    forgery: 'explicit',
    body: metadataSchema,
    answers: { 200: { description: 'What is known of the client now.', schema: informationSchema } },
    failures: ['not_found', 'credentials_missing'],
  },
  async (call) => {
    const claim = claimOf(call);
    const given = await replaceRegistration(call.ports, claim, membersOf(call.body));
    return { status: 200, json: information(call.ports, given, claim.token) };
  },
);

/** `DELETE /oauth/register/:id`: a client takes itself away (RFC 7592 §2.3). */
export const endRegistrationRoute = openRoute(
  {
    ...facts,
    method: 'DELETE',
    path: `${path}/:id`,
    summary: 'Take a client away, with all its tokens.',
    forgery: 'explicit',
    answers: { 204: { description: 'It is gone.' } },
    failures: ['not_found', 'credentials_missing'],
  },
  async (call): Promise<Reply> => {
    await endRegistration(call.ports, claimOf(call));
    return done;
  },
);

/** The body was JSON a moment ago. */
const membersOf = (body: object): JsonObject => body as JsonObject;

const claimOf = ({
  request,
  param,
  network,
}: Pick<Call, 'request' | 'param' | 'network'>): ManagementClaim => ({
  clientId: param('id'),
  token: bearer(request),
  network,
});

function bearer({ headers }: Request): string | undefined {
  const authorization = headers.get('authorization') ?? undefined;
  const presented = parsePresentedToken({ authorization, body: undefined });
  if (presented?.scheme === 'DPoP')
    throw new OAuthFault('invalid_token', 'The token is no bearer token.', { check: 'other-scheme' });
  return presented?.token;
}

/** RFC 7592 §3. The management token is known to whoever shows it, and to nobody else: so it can be told again. */
const information = (
  { settings }: Ports,
  { client, secret }: GivenClient,
  token: string | undefined,
): JsonObject =>
  clientInformation({
    clientId: client.id,
    issuedAt: Math.floor(client.createdAt / 1000),
    metadata: {
      ...client,
      jwks: client.jwks && parseKeySet({ keys: client.jwks.keys }),
      defaultAcrValues: client.defaultAcrValues ?? [],
      requireAuthTime: client.requireAuthTime ?? false,
    },
    secret: secret?.text,
    management: { token, uri: `${settings.issuer}${path}/${client.id}` },
  });
