/**
 * The token endpoint (RFC 6749 §3.2): what all grants have in common. A grant is one entry of the table below; it is asked
 * when the client is proven, may use it, and has shown its key.
 */
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { OAuthParameters } from '../../protocol/oauth/parameters.ts';
import { deviceGrant, parseTokenRequest } from '../../protocol/oauth/token-request.ts';
import type { TokenParts } from '../../protocol/oauth/token-response.ts';
import { proveClient } from '../clients/authenticate-client.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';
import { type ProvenKey, proveKey } from './dpop.ts';
import { clientGrant } from './grant-client.ts';
import { codeGrant } from './grant-code.ts';
import { deviceCodeGrant } from './grant-device.ts';
import { refreshGrant } from './grant-refresh.ts';
import type { Trade } from './trade.ts';

/** A request for tokens. */
export interface TokenClaim {
  readonly parameters: OAuthParameters;
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** The `DPoP` header. */
  readonly proof: string | undefined;
  /** Of the endpoint. */
  readonly path: string;
  readonly network: string;
}

/**
 * Gives tokens for a grant. Throws OAuthFault for what a step refuses, `attempts_exhausted` for too many wrong secrets, and
 * `store_unavailable`.
 */
export async function giveTokens(ports: Ports, claim: TokenClaim): Promise<TokenParts> {
  const { client, uses } = await proveClient(ports, claim);
  const request = parseTokenRequest(claim.parameters);
  if (!client.grantTypes.includes(request.grant))
    throw new OAuthFault('unauthorized_client', 'The client may not use this grant type.');
  const key = keyOf(ports, client, claim);
  const { network } = claim;
  return traded(ports, {
    client,
    request,
    thumbprint: key?.thumbprint ?? '',
    uses: key ? [...uses, key.use] : uses,
    network,
  });
}

/** RFC 9449 §5; §5.2 for clients that get no token without a key. */
function keyOf(ports: Ports, client: Client, { proof, path }: TokenClaim): ProvenKey | undefined {
  if (proof !== undefined)
    return proveKey(ports, { header: proof, method: 'POST', path, accessToken: undefined });
  if (client.dpopBound)
    throw new OAuthFault('invalid_dpop_proof', 'The client gets tokens with a proof alone.', {
      parameter: 'DPoP',
      check: 'dpop-missing',
    });
  return undefined;
}

/** The one place where a request meets its grant. */
function traded(ports: Ports, trade: Trade): Promise<TokenParts> {
  const { request } = trade;
  switch (request.grant) {
    case 'authorization_code':
      return codeGrant(ports, { ...trade, request });
    case 'refresh_token':
      return refreshGrant(ports, { ...trade, request });
    case 'client_credentials':
      return clientGrant(ports, { ...trade, request });
    case deviceGrant:
      return deviceCodeGrant(ports, { ...trade, request });
  }
}
