import * as v from 'valibot';
import { authenticateClient } from '../../domain/clients/authenticate-client.ts';
import { introspect } from '../../domain/oauth/introspect.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { introspectionAnswer } from '../../protocol/oauth/introspection.ts';
import { parseTokenReference } from '../../protocol/oauth/token-reference.ts';
import { endpointPaths } from './endpoint-paths.ts';
import { oauthRoute } from './oauth-route.ts';

/** `POST /oauth/introspect`: whether a token is good, and for what (RFC 7662 §2). */
export const introspectRoute = oauthRoute(
  {
    method: 'POST',
    path: endpointPaths.introspection,
    summary:
      'Whether a token of a client is good right now, and for what. For clients that prove who they are.',
    limits: ['account'],
    body: v.strictObject({
      token: v.string(),
      token_type_hint: v.optional(v.string()),
      client_id: v.optional(v.string()),
      client_secret: v.optional(v.string()),
      client_assertion_type: v.optional(v.string()),
      client_assertion: v.optional(v.string()),
    }),
    answers: {
      200: {
        description: 'What the token is good for; only `active: false` when it is not.',
        schema: v.looseObject({ active: v.boolean() }),
      },
    },
    failures: ['attempts_exhausted'],
  },
  async ({ ports, request, parameters, network }) => {
    const authorization = request.headers.get('authorization') ?? undefined;
    const client = await authenticateClient(ports, { authorization, parameters, network });
    // RFC 7662 §2.1, §4: whoever may ask can tell good tokens from bad ones, so nobody asks unproven.
    if (client.authentication === 'none')
      throw new OAuthFault('invalid_client', 'The client is not proven.', { check: 'public-client' });
    const { token } = parseTokenReference(parameters);
    return { status: 200, json: introspectionAnswer(await introspect(ports, client, token)) };
  },
);
