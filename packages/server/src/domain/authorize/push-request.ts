/**
 * Pushed authorization requests (RFC 9126): a client leaves its request before it sends the browser.
 */
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { type ClientClaim, proveClient } from '../clients/authenticate-client.ts';
import { proveKey } from '../oauth/dpop.ts';
import { useUp } from '../oauth/seen-once.ts';
import type { Ports } from '../ports.ts';
import { readPushed } from './arrive.ts';
import { holdForBrowser } from './held-request.ts';

/** What came to the endpoint. */
export interface Push extends ClientClaim {
  /** The value of the `DPoP` header. */
  readonly proof: string | undefined;
  /** The path of the endpoint. */
  readonly path: string;
}

/**
 * Keeps the request of a client that proves itself for a minute, and returns the handle that names it. Throws OAuthFault
 * for a client that is not proven, for a request that the authorization endpoint would refuse, and for a proof that does
 * not hold; `attempts_exhausted` and `store_unavailable`.
 */
export async function pushRequest(ports: Ports, push: Push): Promise<string> {
  const { client, uses } = await proveClient(ports, push);
  const key =
    push.proof === undefined
      ? undefined
      : proveKey(ports, { header: push.proof, method: 'POST', path: push.path, accessToken: undefined });
  const request = readPushed(ports, client, push.parameters);
  const { dpopThumbprint = key?.thumbprint } = request;
  // RFC 9449 §10.1
  if (key && dpopThumbprint !== key.thumbprint)
    throw new OAuthFault('invalid_dpop_proof', 'The proof is not by the key that the request names.', {
      parameter: 'dpop_jkt',
    });
  const used = [...uses, ...(key ? [key.use] : [])];
  const fault = used.length === 0 ? undefined : await ports.store.transact((tx) => useUp(tx, used));
  if (fault) throw fault;
  const network = client.authentication === 'none' ? push.network : undefined;
  return (await holdForBrowser(ports, { ...request, dpopThumbprint }, network)).text;
}
