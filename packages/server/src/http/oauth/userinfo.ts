import * as v from 'valibot';
import { fail } from '../../domain/failures.ts';
import { dpopNonce } from '../../domain/oauth/dpop.ts';
import { userInfo } from '../../domain/oauth/user-info.ts';
import { parsePresentedToken } from '../../protocol/oauth/presented-token.ts';
import type { Reply } from '../route.ts';
import { endpointPaths } from './endpoint-paths.ts';
import { refuseAtResource } from './oauth-failure.ts';
import { type OAuthCall, oauthRoute } from './oauth-route.ts';

/** Facts that both rows share. */
const facts = {
  path: endpointPaths.userinfo,
  cors: 'registered',
  refuse: refuseAtResource,
  answers: {
    200: { description: 'Claims about the account.', schema: v.looseObject({ sub: v.string() }) },
  },
  failures: ['credentials_missing'],
} as const;

/** `GET /oauth/userinfo`: what the client may know of the account (OpenID Connect Core §5.3). */
export const readUserInfoRoute = oauthRoute(
  {
    ...facts,
    method: 'GET',
    summary: 'Claims about the account behind an access token with the scope openid.',
  },
  answer,
);

/** `POST /oauth/userinfo`: the same, the token in the header or in the form (RFC 6750 §2.2). */
export const postUserInfoRoute = oauthRoute(
  {
    ...facts,
    method: 'POST',
    summary: 'The same; the access token may stand in the form.',
    body: v.strictObject({ access_token: v.optional(v.string()) }),
    bodyOptional: true,
  },
  answer,
);

async function answer({ ports, request, parameters }: OAuthCall): Promise<Reply> {
  const { headers, method } = request;
  const presented = parsePresentedToken({
    authorization: headers.get('authorization') ?? undefined,
    body: method === 'POST' ? parameters : undefined,
  });
  if (!presented) throw fail('credentials_missing', { detail: { check: 'no-credential' } });
  const proof = headers.get('dpop') ?? undefined;
  const json = await userInfo(ports, { presented, proof, method, path: endpointPaths.userinfo });
  // RFC 9449 §8.2: the nonce of the next proof.
  return proof === undefined
    ? { status: 200, json }
    : { status: 200, json, headers: { 'dpop-nonce': dpopNonce(ports) } };
}
