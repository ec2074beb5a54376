import * as v from 'valibot';
import { authenticateClient } from '../../domain/clients/authenticate-client.ts';
import { giveBack } from '../../domain/oauth/give-back.ts';
import { parseTokenReference } from '../../protocol/oauth/token-reference.ts';
import { endpointPaths } from './endpoint-paths.ts';
import { oauthRoute } from './oauth-route.ts';

const text = v.optional(v.string());

/** `POST /oauth/revoke`: a client gives a token back (RFC 7009). */
export const giveBackRoute = oauthRoute(
  {
    method: 'POST',
    path: endpointPaths.revocation,
    summary: 'Revokes a token of a client, with all that came from the same consent.',
    cors: 'registered',
    limits: ['account'],
    body: v.object({
      token: v.string(),
      token_type_hint: text,
      client_id: text,
      client_secret: text,
      client_assertion: text,
      client_assertion_type: text,
    }),
    answers: { 200: { description: 'It is not good any more, or never was.', schema: v.object({}) } },
    failures: ['attempts_exhausted'],
  },
  async ({ ports, parameters, request, network }) => {
    const authorization = request.headers.get('authorization') ?? undefined;
    const client = await authenticateClient(ports, { parameters, authorization, network });
    const { token } = parseTokenReference(parameters);
    await giveBack(ports, { client, token, network });
    // Readers that take every answer for JSON find an object.
    return { status: 200, json: {} };
  },
);
