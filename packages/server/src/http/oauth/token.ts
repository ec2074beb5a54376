import * as v from 'valibot';
import { dpopNonce } from '../../domain/oauth/dpop.ts';
import { giveTokens } from '../../domain/oauth/give-tokens.ts';
import { tokenResponse } from '../../protocol/oauth/token-response.ts';
import { endpointPaths } from './endpoint-paths.ts';
import { oauthRoute } from './oauth-route.ts';

const text = v.optional(v.string());
const path = endpointPaths.token;

/** `POST /oauth/token`: gives a client tokens for a grant (RFC 6749 §3.2). */
export const tokenRoute = oauthRoute(
  {
    method: 'POST',
    path,
    summary: 'Gives a client tokens for a grant.',
    cors: 'registered',
    limits: ['account'],
    body: v.object({
      grant_type: v.string(),
      code: text,
      code_verifier: text,
      redirect_uri: text,
      refresh_token: text,
      device_code: text,
      scope: text,
      resource: text,
      client_id: text,
      client_secret: text,
      client_assertion: text,
      client_assertion_type: text,
    }),
    answers: {
      200: {
        description: 'The tokens.',
        schema: v.object({
          access_token: v.string(),
          token_type: v.picklist(['Bearer', 'DPoP']),
          expires_in: v.number(),
          scope: v.optional(v.string()),
          refresh_token: v.optional(v.string()),
          id_token: v.optional(v.string()),
        }),
      },
    },
    failures: ['attempts_exhausted'],
  },
  async ({ ports, parameters, request, network }) => {
    const { headers } = request;
    const proof = headers.get('dpop') ?? undefined;
    const authorization = headers.get('authorization') ?? undefined;
    const tokens = await giveTokens(ports, { parameters, authorization, proof, path, network });
    const json = tokenResponse(tokens);
    return proof === undefined
      ? { status: 200, json }
      : { status: 200, json, headers: { 'dpop-nonce': dpopNonce(ports) } };
  },
);
