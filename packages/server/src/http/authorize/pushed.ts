import * as v from 'valibot';
import { pushRequest } from '../../domain/authorize/push-request.ts';
import { pushedSeconds } from '../../domain/oauth/authorization.ts';
import { pushedRequestUri } from '../../protocol/oauth/authorization-request.ts';
import { endpointPaths } from '../oauth/endpoint-paths.ts';
import { oauthRoute } from '../oauth/oauth-route.ts';
import { requestEntries } from './authorize.ts';

const text = v.optional(v.string());

/** `POST /oauth/par`: a client leaves its request here and sends the browser with its name alone (RFC 9126). */
export const pushRequestRoute = oauthRoute(
  {
    method: 'POST',
    path: endpointPaths.pushedAuthorization,
    summary: 'Leaves a request for a code here, to be named at the authorization endpoint.',
    cors: 'registered',
    limits: ['account', 'network'],
    body: v.object({
      ...requestEntries,
      client_id: text,
      client_secret: text,
      client_assertion: text,
      client_assertion_type: text,
    }),
    answers: {
      201: {
        description: 'What names it, once.',
        schema: v.object({ request_uri: v.string(), expires_in: v.number() }),
      },
    },
    failures: ['attempts_exhausted'],
  },
  async ({ ports, parameters, request, network }) => {
    const { headers } = request;
    const proof = headers.get('dpop') ?? undefined;
    const authorization = headers.get('authorization') ?? undefined;
    const path = endpointPaths.pushedAuthorization;
    const handle = await pushRequest(ports, { parameters, authorization, proof, path, network });
    return { status: 201, json: { request_uri: pushedRequestUri(handle), expires_in: pushedSeconds } };
  },
);
